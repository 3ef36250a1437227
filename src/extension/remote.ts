/** Where this extension runs when that is not the machine in front of the person. */

import { hostname } from "node:os";
import { env } from "vscode";

const NAMES: Readonly<Record<string, string>> = {
  "ssh-remote": "SSH",
  wsl: "WSL",
  "dev-container": "Dev Container",
  "attached-container": "Container",
  codespaces: "Codespaces",
  tunnel: "Tunnel",
};

/** For example `SSH: build01`; undefined on this machine. */
export function remoteLabel(): string | undefined {
  const remote = env.remoteName;
  if (remote === undefined || /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(remote)) {
    return undefined;
  }
  return `${NAMES[remote] ?? remote}: ${hostname()}`;
}
