// Finds the device that a user named among those of a back end.
import type { GpuDevice } from "./report.ts";

/** The place of a device by its name (in any case) or number; null if there is none. */
export function placeOf(wanted: string, devices: readonly Pick<GpuDevice, "name">[]): number | null {
  const named = devices.findIndex(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (named !== -1) return named;
  return isNumber(wanted) && Number(wanted) < devices.length ? Number(wanted) : null;
}

/** Whether a device is meant by its number, which counts in one back end, and not by its name, which is one among all. */
export const isNumber = (wanted: string): boolean => /^\d+$/.test(wanted);

/** E.g. "1 (CUDA1, NVIDIA H200)". */
export const listedDevice = (
  { name, description }: Omit<GpuDevice, "totalBytes" | "freeBytes">,
  place: number,
): string => `${place} (${name}, ${description})`;
