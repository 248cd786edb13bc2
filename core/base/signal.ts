// Cancellation without platform types: AbortSignal has this shape.

/** The part of an AbortSignal that the core reads, so that the core needs no platform types. */
export interface Signal {
  readonly aborted: boolean;
}
