/** Listeners to one kind of event, for modules that must run without VS Code and so cannot use its `EventEmitter`. */

import type { Disposable } from "./disposables";

export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  add(listener: (value: T) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }
}
