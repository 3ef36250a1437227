/** The chat panel, as a person uses it: by keyboard and mouse. */

import type { FrameLocator, Locator, Page } from "playwright-core";
import manifest from "../../package.json";
import { inTime, TRY_MS, until } from "./until";

/** @returns the key binding of a command, as Playwright writes it: `Control+Alt+E`. */
export function keyOf(command: string): string {
  const binding = manifest.contributes.keybindings.find((candidate) => candidate.command === command);
  if (binding === undefined) {
    throw new Error(`${command} has no key`);
  }
  const names: Record<string, string> = { ctrl: "Control", alt: "Alt", shift: "Shift" };
  return binding.key
    .split("+")
    .map((part) => names[part] ?? part)
    .join("+");
}

export class Panel {
  readonly #frame: FrameLocator;

  /** A webview is two frames deep. */
  constructor(window: Page) {
    this.#frame = window.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  }

  /** The panel with the focus in it, unless it takes none: a focus that came later would close a list opened meanwhile. */
  static async open(window: Page): Promise<Panel> {
    const panel = new Panel(window);
    await until("the panel has the focus", async () => {
      await window.keyboard.press(keyOf("cloister.ask")); // does nothing before the workbench has read our key bindings
      return inTime(() => panel.#frame.locator("textarea:is(:focus, :disabled)").waitFor({ timeout: TRY_MS }));
    });
    return panel;
  }

  get body(): Locator {
    return this.#frame.locator("body");
  }

  get question(): Locator {
    return this.#frame.locator("textarea");
  }

  /** What the header says of the index. */
  get indexState(): Locator {
    return this.#frame.locator(".index-state");
  }

  button(name: string | RegExp): Locator {
    return this.#frame.getByRole("button", { name });
  }

  get turns(): Locator {
    return this.#frame.locator(".turn");
  }

  get lastTurn(): Locator {
    return this.turns.last();
  }

  /** The rows of the last turn's sources. */
  get sources(): Locator {
    return this.lastTurn.locator("button.source");
  }

  get citations(): Locator {
    return this.lastTurn.locator("button.citation");
  }

  /** Asks, and waits until the answer is whole. */
  async ask(question: string, timeoutMs?: number): Promise<void> {
    const before = await this.turns.count();
    await this.question.fill(question);
    await this.question.press("Enter");
    await this.turns.nth(before).waitFor();
    await this.answered(timeoutMs);
  }

  /** @throws {Error} with what the panel says, when the question failed. */
  async answered(timeoutMs?: number): Promise<void> {
    await this.reaches(/\b(done|failed|stopped)\b/, timeoutMs);
    if (/\bfailed\b/.test(await this.#stateOfLast())) {
      throw new Error(`the question failed: ${await this.lastTurn.innerText()}`);
    }
  }

  /** Waits until the last turn is in one of these states. */
  async reaches(states: RegExp, timeoutMs?: number): Promise<void> {
    await until(`the last turn is ${String(states)}`, async () => states.test(await this.#stateOfLast()), timeoutMs);
  }

  async #stateOfLast(): Promise<string> {
    return (await this.lastTurn.getAttribute("class")) ?? "";
  }
}
