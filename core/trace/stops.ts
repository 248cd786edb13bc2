// The text of an answer that ends before a stop sequence. As a character that is split over tokens, text that may begin
// a stop appears with the token that shows that it doesn't.

/** Holds back what may begin a stop. */
export class StopText {
  private held = "";

  constructor(private readonly stops: readonly string[]) {}

  /** The text that is certain to belong to the answer after this piece. */
  push(text: string): string {
    const all = this.held + text;
    let at = 0;
    while (at < all.length && !this.mayBegin(all, at)) at++;
    this.held = all.slice(at);
    return all.slice(0, at);
  }

  /** Whether a stop is complete. */
  get isStopped(): boolean {
    return this.stops.some((stop) => this.held.includes(stop));
  }

  /** The text held back. @param isStopped a stop was completed: only the text before it */
  end(isStopped: boolean): string {
    const found = this.stops.map((stop) => this.held.indexOf(stop)).filter((at) => at >= 0);
    const text = isStopped && found.length > 0 ? this.held.slice(0, Math.min(...found)) : this.held;
    this.held = "";
    return text;
  }

  private mayBegin(text: string, at: number): boolean {
    return this.stops.some((stop) =>
      text.length - at < stop.length ? stop.startsWith(text.slice(at)) : text.startsWith(stop, at),
    );
  }
}
