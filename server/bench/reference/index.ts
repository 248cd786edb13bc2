// The reference implementation: the published retrieval trie and tree verification, as a baseline to measure against.
// Everything outside this folder imports it from here.
export { decodeTree, type TreeRequest, type TreeResult, type TreeStep } from "./decodeTree.ts";
export { pruneTree, type DraftTree } from "./draftTree.ts";
export type { LookupResult } from "./lookup.ts";
export { type ReferenceParameters } from "./parameters.ts";
export { ReferenceDrafter, type TreeDrafter } from "./referenceDrafter.ts";
export { ReferenceIndex } from "./referenceIndex.ts";
export { NO_GUARDS, verifyTree, type TreeOutcome } from "./verifyTree.ts";
