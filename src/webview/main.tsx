/** Entry of the chat panel: reads the words, tells the host that it is there, and draws what it is told. */

import "./chat.css";
import { render } from "preact";
import type { PanelStrings, ToHost, ToWebview } from "../protocol/webview";
import { announcements } from "./announcements";
import { createAnnouncer } from "./announcer";
import { Panel } from "./components/panel";
import { createFrames } from "./frames";
import { PanelProvider } from "./panelContext";
import { applyMessage, type PanelModel } from "./panelModel";
import { createTranslate } from "./translate";
import type { SavedState } from "./vscodeApi";

function start(root: HTMLElement): void {
  const vscode = acquireVsCodeApi();
  const t = createTranslate(readStrings(), document.documentElement.lang);
  const say = createAnnouncer(t.text("log.announcements"));
  const saved = vscode.getState();
  const services = { t, post: (message: ToHost) => vscode.postMessage(message) };
  const save = (state: SavedState) => vscode.setState(state);
  let model: PanelModel | undefined;

  const draw = () => {
    render(
      <PanelProvider value={services}>
        <Panel model={model} saved={saved} save={save} />
      </PanelProvider>,
      root,
    );
    root.getBoundingClientRect(); // lays the page out now: that belongs to what a drawing costs
  };
  const drawSoon = createFrames({ requestFrame: requestAnimationFrame, now: () => performance.now() }, draw);

  window.addEventListener("message", ({ data }: MessageEvent<ToWebview>) => {
    const before = model;
    model = applyMessage(before, data);
    if (model !== undefined && model !== before) {
      say(announcements(before, model, t));
      drawSoon();
    }
  });
  draw();
  services.post({ type: "ready" });
}

/** @returns the table that the host put into the page; an empty one leaves the panel in English. */
function readStrings(): PanelStrings {
  const text = document.getElementById("strings")?.textContent;
  return text ? (JSON.parse(text) as PanelStrings) : {};
}

const root = document.getElementById("root");
if (root === null) {
  throw new Error("the page has no #root");
}
start(root);
