// Interactions that occur more than once: the first one of a user, an item and a time is kept.
import { FIELDS, type Block } from "./interactionFile.ts";

export interface RepeatCounts {
  /** Repeated with the same rating. */
  readonly same: number;
  /** Repeated with another rating; the first rating in the source is kept. */
  readonly otherRating: number;
}

/** Fed with records by user, then time, then position; memory holds 12 bytes for each item. */
export class RepeatFilter {
  /** The block of one user and one time in which an item was seen last, counted from 1. */
  private readonly seenIn: Uint32Array;
  private readonly ratings: Float64Array;
  private moment = 0;
  private user = -1;
  private timeMs = 0;
  private same = 0;
  private otherRating = 0;

  constructor(items: number) {
    this.seenIn = new Uint32Array(items);
    this.ratings = new Float64Array(items);
  }

  get counts(): RepeatCounts {
    return { same: this.same, otherRating: this.otherRating };
  }

  /** Whether the record at this place is the first of its kind. */
  keeps(block: Block, at: number): boolean {
    const [user, item, rating, timeMs] = block.subarray(at, at + FIELDS) as unknown as [
      number,
      number,
      number,
      number,
    ];
    if (user !== this.user || !Object.is(timeMs, this.timeMs)) {
      this.moment++;
      [this.user, this.timeMs] = [user, timeMs];
    }
    if (this.seenIn[item] !== this.moment) {
      this.seenIn[item] = this.moment;
      this.ratings[item] = rating;
      return true;
    }
    if (Object.is(this.ratings[item], rating)) this.same++;
    else this.otherRating++;
    return false;
  }
}
