// What `laser pool list --json` prints, parsed.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0 });

const EntrySchema = Type.Object({
  entry: count,
  id: Type.String(),
  group: orNull(Type.String()),
  text: Type.String(),
  tokens: orNull(count),
  addedMs: orNull(Type.Number()),
  lastUseMs: orNull(Type.Number()),
});
export type ListedEntry = Parsed<typeof EntrySchema>;

const GroupSchema = Type.Object({
  group: orNull(Type.String()),
  entries: count,
  tokens: orNull(count),
  textBytes: count,
  lastUseMs: orNull(Type.Number()),
});
export type ListedGroup = Parsed<typeof GroupSchema>;

export const PoolListingSchema = Type.Object({
  kind: Type.Enum(["poolFile", "answers"] as const),
  model: orNull(Type.String()),
  fileBytes: count,
  isFrozen: Type.Boolean(),
  groups: Type.Array(GroupSchema),
  found: count,
  entries: Type.Array(EntrySchema),
});
export type PoolListing = Parsed<typeof PoolListingSchema>;
