// A stack of 32-bit integers that grows as needed and is reused.

export class IntStack {
  private values = new Int32Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** Removes and returns the last value; the stack must not be empty. */
  pop(): number {
    return this.values[--this.length]!;
  }
}
