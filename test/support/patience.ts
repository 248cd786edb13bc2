// How long tests wait before they call something hung. A slow or busy machine gets more by LASER_TEST_PATIENCE.

/** Multiplies every deadline; 1 when the variable is unset. */
export const PATIENCE = Math.max(1, Number(process.env.LASER_TEST_PATIENCE ?? 1));

/** A deadline in ms, scaled. */
export function patient(ms: number): number {
  return ms * PATIENCE;
}
