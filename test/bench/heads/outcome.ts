// What the bench of damaged heads asks of its processes, and what they answer.

/** vocabulary: head and tokenizer · load: all, and a first evaluation of what was loaded. */
export interface HeadRequest {
  readonly path: string;
  readonly depth: "vocabulary" | "load";
}

export interface HeadOutcome {
  /** How far the file came: refused by our reader, by a library, or while it was used. */
  readonly stage: "reader" | "library" | "used";
  readonly result: "passed" | "refused";
  /** Of the error. */
  readonly code?: string;
  readonly message?: string;
  /** Resident memory of the process after this file. */
  readonly rssBytes: number;
  /** Processor time of this file: on a busy machine, wall time would count others' work. */
  readonly cpuMs: number;
}
