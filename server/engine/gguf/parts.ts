// Models split over several files: name-00001-of-00003.gguf and so on. llama.cpp loads them by the first, whose head says how
// many there are; it may contain only metadata.
import { basename, dirname, join } from "node:path";
import { BOUNDS } from "./format.ts";
import { numberAt } from "./metadata.ts";
import type { GgufHead } from "./readHead.ts";

const PART_NAME = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;

/** What the name of a file says; null if it isn't that of a part. */
export interface PartName {
  readonly part: number;
  readonly parts: number;
}

/** The part that a file's name names; null if it isn't that of a part. */
export function partNameOf(path: string): PartName | null {
  const found = PART_NAME.exec(basename(path));
  if (found === null) return null;
  const [part, parts] = [Number(found[2]), Number(found[3])];
  return part >= 1 && part <= parts ? { part, parts } : null;
}

/** The path of another part of the same model. */
export function partPath(path: string, part: number): string {
  const [, name, , parts] = PART_NAME.exec(basename(path))!;
  return join(dirname(path), `${name}-${String(part).padStart(5, "0")}-of-${parts}.gguf`);
}

/** Why name and head of a file don't agree on its being a part; null if they do. */
export function disagreement(path: string, head: GgufHead): string | null {
  const named = partNameOf(path);
  const parts = numberAt(head, "split.count") ?? 0;
  if (parts > BOUNDS.parts) return `its header claims ${parts} parts`;
  if (parts <= 1)
    return named === null || named.parts === 1
      ? null
      : `its name says part ${named.part} of ${named.parts}, and its header that it is whole`;
  if (named === null)
    return `its header says that it is a part of ${parts}, and its name doesn't end with -00001-of-${String(parts).padStart(5, "0")}.gguf`;
  return named.parts === parts ? null : `its name says ${named.parts} parts, and its header ${parts}`;
}

/** The number of a part that its own head gives, from 1. llama.cpp asserts that it is a uint16. */
export function partNumberOf(head: GgufHead): number | null {
  const number = head.metadata.get("split.no");
  return number?.type === "uint16" ? number.value + 1 : null;
}
