// The engines to be timed, by name. Each is loaded through the product's own loaders.
import { loadLlamaEngine, type Engine, type LoadOptions } from "../../../server/engine/index.ts";

export const ENGINES: Readonly<Record<string, (options: LoadOptions) => Promise<Engine>>> = {
  library: loadLlamaEngine,
};
