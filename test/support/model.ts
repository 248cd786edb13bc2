// The real model of the model lane: its path comes from the lane, which fetched it. Never skips: no model is a failure.
import { loadLlamaEngine, type Engine, type LoadOptions } from "../../server/engine/index.ts";

/** The path that `npm run test:model` hands over. */
export function testModelPath(): string {
  const path = process.env.LASER_TEST_MODEL;
  if (!path) throw new Error("LASER_TEST_MODEL names no model: run these tests by `npm run test:model`");
  return path;
}

export async function loadTestEngine(options: Partial<LoadOptions> = {}): Promise<Engine> {
  return loadLlamaEngine({ path: testModelPath(), gpu: "off", contextTokens: 1024, ...options });
}
