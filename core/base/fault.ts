// The one shape of failure in this project: an error whose cause is data with a tag.
// A folder lists its faults as a union; server/protocol/errors turns each tag into a code, a text and a next step.

/** What every fault has: the tag that names it. The other fields say what failed and why. */
export interface Fault {
  readonly tag: string;
}

/**
 * Thrown by a folder for its own union of faults. `message` repeats the tag; users see the text of
 * server/protocol/errors.
 */
export class FaultError<F extends Fault> extends Error {
  constructor(
    readonly fault: F,
    options?: ErrorOptions,
  ) {
    super(fault.tag, options);
    this.name = new.target.name;
  }
}
