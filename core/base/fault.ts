// The one shape of failure in this project: an error whose cause is data with a tag.
// A folder lists its faults as a union, and beside it the table of their texts and blame, which its error class carries.
import type { ErrorDetails, ErrorText } from "./errorText.ts";

/** What every fault has: the tag that names it. The other fields say what failed and why. */
export interface Fault {
  readonly tag: string;
}

/**
 * Who can do something about it. input: what the user gave, so that nothing was started or written ·
 * environment: the machine, the network or the installation · bug: this program, or a client that breaks the
 * protocol.
 */
export type Blame = "input" | "environment" | "bug";

type Words<F> = string | ((fault: F) => string);

/** The words for one fault. */
export interface FaultEntry<F> {
  readonly blame: Blame;
  readonly message: Words<F>;
  readonly nextStep: Words<F>;
  /** The code of the error whose text this fault passes on; the tag if left out. */
  readonly code?: (fault: F) => string;
  /** What a program needs to offer a fix; undefined if this fault names nothing. */
  readonly details?: (fault: F) => ErrorDetails | undefined;
}

/** An entry for every tag of a union: a tag without one fails to compile. */
export type FaultTable<F extends Fault> = { readonly [One in F as One["tag"]]: FaultEntry<One> };

/** Thrown by a folder for its own union of faults. `message` repeats the tag; users see the text. */
export abstract class FaultError<F extends Fault> extends Error {
  constructor(
    readonly fault: F,
    options?: ErrorOptions,
  ) {
    super(fault.tag, options);
    this.name = new.target.name;
  }

  /** The texts and blame of this class's faults. A getter, so that logs of the error don't list them. */
  protected abstract get table(): FaultTable<F>;

  get text(): ErrorText {
    return describeFault(this.table, this.fault);
  }

  get blame(): Blame {
    return entryOf(this.table, this.fault).blame;
  }
}

/** The text of a fault that was not thrown. */
export function describeFault<F extends Fault>(table: FaultTable<F>, fault: F): ErrorText {
  const { code, message, nextStep, details } = entryOf(table, fault);
  const named = details?.(fault);
  return {
    code: code?.(fault) ?? fault.tag,
    message: say(message, fault),
    nextStep: say(nextStep, fault),
    ...(named !== undefined && { details: named }),
  };
}

function entryOf<F extends Fault>(table: FaultTable<F>, fault: F): FaultEntry<F> {
  // The compiler can't see that the entry found by a fault's tag is the one for that fault.
  return (table as unknown as Readonly<Record<string, FaultEntry<F>>>)[fault.tag]!;
}

const say = <F>(words: Words<F>, fault: F): string => (typeof words === "string" ? words : words(fault));
