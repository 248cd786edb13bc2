// Names of files in the cache that keep what was measured of a model on a device: the same facts give the same names.
import { createHash } from "node:crypto";
import type { DeviceFacts } from "../../engine/index.ts";

/** What evaluations on a device depend on, in a fixed order. */
export function deviceFacts(device: DeviceFacts): readonly unknown[] {
  const { backend, names, offloadedLayers, totalLayers, flashAttention, maxThreads, kvType } = device;
  return [
    backend,
    names,
    offloadedLayers,
    totalLayers,
    flashAttention,
    maxThreads,
    ...(kvType === undefined ? [] : [kvType]),
  ];
}

export function cacheKey(facts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
