// The reference implementation: the published retrieval trie, as a baseline to measure against.
// Everything outside this folder imports it from here.
export type { DraftTree } from "./draftTree.ts";
export { type ReferenceParameters } from "./parameters.ts";
export { ReferenceDrafter } from "./referenceDrafter.ts";
export { ReferenceIndex } from "./referenceIndex.ts";
