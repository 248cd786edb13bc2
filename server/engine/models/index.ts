// The public API of server/engine/models: the catalogue, fetching, checking. It needs no native code.
export { CATALOGUE, DEMO_MODEL, findModel, nearestModelId, type CatalogueEntry } from "./catalogue.ts";
export { SOURCE_KINDS, type ModelFile, type ModelSource, type SourceKind } from "./source.ts";
export { MODEL_FAULTS, ModelError, type ModelFault, type SourceFailure } from "./errors.ts";
export { ensureEntry, ensureModel, type FetchedModel, type FetchOptions } from "./fetch.ts";
export { appFolders, MODEL_APPS, type AppFolder, type ModelApp } from "./appFolders.ts";
export {
  describeModelFile,
  findModelFiles,
  findModels,
  modelHeadFacts,
  type FoundModel,
  type HeadFacts,
} from "./files.ts";
export { fitBySize, machineRoom, type FitOptions, type MachineRoom, type ModelFit } from "./fit.ts";
export type { HubOptions } from "./hub.ts";
export {
  ensureHubModel,
  listHubModels,
  parseHubName,
  type HubModel,
  type HubModelState,
} from "./hubModel.ts";
export { checkEntry, checkModel, resumableBytes, listModels, type ModelState } from "./inventory.ts";
export type { FetchPhase, FetchProgress, OnProgress } from "../../files/wheels/index.ts";
