// Numbers as a trace stores them. JSON has no −0: "+ 0" turns it into 0, so that a trace reads back
// unchanged.

/** 6 significant digits, for shares and estimates. */
export const shortened = (value: number): number => Number(value.toPrecision(6)) + 0;
/** Whole µs. */
export const milliseconds = (value: number): number => Math.round(value * 1000) / 1000 + 0;
/** An estimate that may not be negative; null if it is not finite. */
export const estimate = (value: number): number | null =>
  Number.isFinite(value) ? shortened(Math.max(0, value)) : null;
/** A probability may be outside of 0 … 1 by rounding of the last digit. */
export const unit = (value: number): number => Math.min(1, Math.max(0, value)) + 0;
