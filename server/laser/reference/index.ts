// The reference index: the published retrieval trie and its verification of trees, as a strategy to measure against.
// The rest of laser/ and outsiders take it from here.
export { decodeTree, type TreeRequest, type TreeResult, type TreeStep } from "./decodeTree.ts";
export { copyTree, pruneTree, type DraftTree } from "./draftTree.ts";
export type { Found } from "./lookup.ts";
export { PUBLISHED_PARAMETERS, type ReferenceParameters } from "./parameters.ts";
export { ReferenceDrafter, type TreeDrafter } from "./referenceDrafter.ts";
export { ReferenceIndex } from "./referenceIndex.ts";
export { NO_GUARDS, verifyTree, type TreeOutcome } from "./verifyTree.ts";
