// The engines to be timed, by name, loaded through the product's own loader.
import { loadLlamaEngine, type Engine, type LoadOptions } from "../../../server/engine/index.ts";

export const ENGINES = ["native", "library"] as const;
export type EngineName = (typeof ENGINES)[number];

/** @throws Error with the reason if another engine was loaded; whatever loading throws */
export async function loadEngine(name: EngineName, options: LoadOptions): Promise<Engine> {
  const engine = await loadLlamaEngine({ ...options, engine: name });
  const { engine: used, engineReason } = engine.device;
  if (used === name) return engine;
  await engine.dispose();
  throw new Error(`the ${used} engine was loaded: ${engineReason ?? "no reason given"}`);
}
