// koffi, configured once and before it opens any library: it refuses to be configured later. So whatever calls native
// code gets koffi from here.
import type koffi from "koffi";

export type Koffi = typeof koffi;
export type Library = ReturnType<Koffi["load"]>;

/** Stacks of native calls in bytes: the 128 KiB that are usual are too few for loading and decoding. */
const STACK_BYTES = 8 << 20;

let configured: Promise<Koffi> | null = null;

/** The same koffi at each call. @throws Error if its binary can't be loaded */
export function foreignFunctions(): Promise<Koffi> {
  configured ??= import("koffi").then(({ default: found }) => {
    found.config({ ...found.config(), sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
    return found;
  });
  return configured;
}
