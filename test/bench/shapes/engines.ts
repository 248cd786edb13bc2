// The engines to be timed, by name, loaded through the product's own loader. LASER_ENGINE chooses, as for every command.
import { loadLlamaEngine, type Engine, type LoadOptions } from "../../../server/engine/index.ts";

export const ENGINES = ["native", "library"] as const;
export type EngineName = (typeof ENGINES)[number];

/** @throws Error where the loader chose another engine; whatever loading throws */
export async function loadEngine(name: EngineName, options: LoadOptions): Promise<Engine> {
  const before = process.env.LASER_ENGINE;
  process.env.LASER_ENGINE = name;
  try {
    const engine = await loadLlamaEngine(options);
    const used = engineOf(engine.device);
    if (used === name) return engine;
    await engine.dispose();
    throw new Error(`the ${used} engine was loaded`);
  } finally {
    if (before === undefined) delete process.env.LASER_ENGINE;
    else process.env.LASER_ENGINE = before;
  }
}

/** The engine that a device's facts name; where there is but one, the library's. */
function engineOf(device: object): string {
  const found: unknown = Object.entries(device).find(([key]) => key === "engine")?.[1];
  return typeof found === "string" ? found : "library";
}
