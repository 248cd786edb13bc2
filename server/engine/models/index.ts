// The public API of server/engine/models: the catalogue, fetching, checking. It needs no native code.
export { CATALOGUE, DEMO_MODEL, findModel, type CatalogueEntry } from "./catalogue.ts";
export { SOURCE_KINDS, type ModelFile, type ModelSource, type SourceKind } from "./source.ts";
export { MODEL_FAULTS, ModelError, type ModelFault, type SourceFailure } from "./errors.ts";
export { ensureEntry, ensureModel, type FetchedModel, type FetchOptions } from "./fetch.ts";
export { describeModelFile, findModelFiles, type FoundModel } from "./files.ts";
export type { HubOptions } from "./hub.ts";
export { ensureHubModel, parseHubName, type HubModel } from "./hubModel.ts";
export { checkEntry, checkModel, resumableBytes, listModels, type ModelState } from "./inventory.ts";
export { ensurePackages, installedPackages, type PythonPackages } from "./packages.ts";
export { findPython, type Python } from "./python.ts";
export { runChild } from "./child.ts";
export type { FetchHooks, FetchPhase, FetchProgress, OnProgress } from "./progress.ts";
