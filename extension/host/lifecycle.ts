// Ownership of disposables: add what you create to a store, and keep what you replace in a mutable
// disposable. Disposing the store disposes its contents, latest first.

export interface Disposable {
  dispose(): unknown;
}

/** Disposes all it holds; anything added after that is disposed immediately. */
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

/** Holds at most one disposable; setting another disposes the previous one. */
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
