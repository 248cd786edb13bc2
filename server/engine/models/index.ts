// The public API of server/engine/models: the catalogue, fetching, checking. It needs no native code.
export { CATALOGUE, DEMO_MODEL, findModel, nearestModelId, type CatalogueEntry } from "./catalogue.ts";
export { SOURCE_KINDS, type SourceKind } from "./source.ts";
export { MODEL_FAULTS, ModelError } from "./errors.ts";
export { ensureModel } from "./fetch.ts";
export { appFolders } from "./appFolders.ts";
export { describeModelFile, findModelFiles, findModels, modelHeadFacts, type FoundModel } from "./files.ts";
export { fitBySize, machineRoom, type ModelFit } from "./fit.ts";
export { ensureHubModel, listHubModels, type HubModelState } from "./hubModel.ts";
export { checkModel, resumableBytes, listModels, type ModelState } from "./inventory.ts";
export type { FetchProgress } from "../../files/wheels/index.ts";
