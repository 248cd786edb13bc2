// Rows in the order in which they were begun, although they end in another.

export class OrderedRows<T> {
  private next = 0;
  private readonly waiting = new Map<number, T>();

  /** @param place counted from 0 in the order begun. @returns what may be passed on now, in order */
  take(place: number, item: T): T[] {
    this.waiting.set(place, item);
    const ready: T[] = [];
    for (let found = this.waiting.get(this.next); found !== undefined; found = this.waiting.get(this.next)) {
      this.waiting.delete(this.next++);
      ready.push(found);
    }
    return ready;
  }
}
