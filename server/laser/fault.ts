// The one shape of failure in this project: an error whose cause is data with a tag.
// A folder lists its faults as a union; server/protocol/errors turns each tag into code, text and next step.
// This file must not know any of those tags.

/** What every fault carries: the word that names it. The other fields say which thing and why. */
export interface Fault {
  readonly tag: string;
}

/** Thrown by a folder for its own union of faults. `message` repeats the tag; people read the catalogue's text. */
export class FaultError<F extends Fault> extends Error {
  constructor(
    readonly fault: F,
    options?: ErrorOptions,
  ) {
    super(fault.tag, options);
    this.name = new.target.name;
  }
}

/** Called where a tagged union is exhausted: a new tag then fails to compile, a foreign one throws. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
