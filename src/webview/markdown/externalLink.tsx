/** A link out of the panel: the host opens it, after VS Code has asked the user. */

import type { ComponentChildren } from "preact";
import { usePanel } from "../panelContext";

/** @returns the address in full, or undefined for anything but http(s). */
export function httpAddress(href: string): string | undefined {
  try {
    const url = new URL(href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch {
    return undefined; // a path, a fragment
  }
}

interface ExternalLinkProps {
  readonly address: string;
  readonly label: ComponentChildren;
}

/** The host's name stands behind the words, since a model may write one address and link to another. */
export function ExternalLink({ address, label }: ExternalLinkProps) {
  const { post } = usePanel();
  const { host } = new URL(address);
  return (
    <>
      <button type="button" class="link" title={address} onClick={() => post({ type: "openExternal", url: address })}>
        {label}
      </button>
      <small class="link-host"> ({host})</small>
    </>
  );
}
