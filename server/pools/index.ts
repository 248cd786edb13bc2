// The public API of server/pools: files of earlier answers.
export * from "./answers.ts";
export * from "./entryLabels.ts";
export * from "./errors.ts";
export {
  answerTokens,
  evictToBudget,
  EVICTION_ORDERS,
  forgetKey,
  usesOf,
  type EvictionOrder,
  type PoolBudget,
} from "./budget.ts";
export * from "./groups/index.ts";
export * from "./listing.ts";
export * from "./opening.ts";
export type { PoolEntry } from "./poolEntries.ts";
export * from "./poolSource.ts";
export * from "./upkeep.ts";
export { dropNotedUses, noteUses, withNotedUses, type EntryUse } from "./uses.ts";
export { PoolRoom } from "./room.ts";
export {
  isFrozenPool,
  isPoolFile,
  readPoolFile,
  writePoolFile,
  type ReadPool,
  type StoredPool,
} from "./poolFile.ts";
