/** A part of the text that is not a citation: plain, or marked with why it stands out. */

import type { ComponentChild } from "preact";
import { usePanel } from "../panelContext";
import type { MarkedPart } from "./marks";

export function MarkedText({ part }: { readonly part: MarkedPart }): ComponentChild {
  const { t } = usePanel();
  switch (part.kind) {
    case "text":
      return part.text;
    case "not-a-source":
      return (
        <span class="not-a-source" title={t.text("markdown.notASource.title", part.text)}>
          {part.text} <small>{t.text("markdown.notASource")}</small>
        </span>
      );
    case "unverified":
      return (
        <span class="unverified" title={t.text("markdown.unverified.title")}>
          {part.text}
        </span>
      );
    case "hidden":
      return (
        <span class="hidden-character" title={t.text("markdown.hidden.title", part.codePoint)}>
          {part.codePoint}
        </span>
      );
  }
}
