// Who owns what: what is created is added to a store, what can be replaced lives in a mutable disposable. Whoever
// disposes the store ends everything in it, the latest first. It must not know vscode.

export interface Disposable {
  dispose(): unknown;
}

/** Ends all that it holds; what is added afterwards ends at once. */
export class DisposableStore implements Disposable {
  private readonly held: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(disposable: T): T {
    if (this.disposed) disposable.dispose();
    else this.held.push(disposable);
    return disposable;
  }

  dispose(): void {
    this.disposed = true;
    for (let held = this.held.pop(); held !== undefined; held = this.held.pop()) held.dispose();
  }
}

/** Holds at most one thing; setting another ends the one before. */
export class MutableDisposable<T extends Disposable> implements Disposable {
  private held: T | null = null;
  private disposed = false;

  get value(): T | null {
    return this.held;
  }

  set value(next: T | null) {
    if (next === this.held) return;
    this.held?.dispose();
    this.held = this.disposed ? null : next;
    if (this.disposed) next?.dispose();
  }

  dispose(): void {
    this.disposed = true;
    this.value = null;
  }
}
