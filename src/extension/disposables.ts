/** A bag of things to release, in reverse order of adding; what is added too late is released at once. */

export interface Disposable {
  dispose(): unknown;
}

export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];
  #isDisposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) {
      item.dispose();
    } else {
      this.#items.push(item);
    }
    return item;
  }

  dispose(): void {
    this.#isDisposed = true;
    while (this.#items.length > 0) {
      this.#items.pop()?.dispose();
    }
  }
}
