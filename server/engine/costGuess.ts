// What an evaluation costs before anything was measured: the weights are read once, at a bandwidth that most devices
// reach. A run corrects the guess by its own steps; idle time replaces it by a measurement.
import type { CostTable } from "../../core/laser/index.ts";
import type { DeviceFacts } from "./engine.ts";

/** Bytes that a CPU core, and all cores together, read in a ms; and a GPU of the middle class. */
const CORE_BYTES_PER_MS = 8e6;
const CPU_BYTES_PER_MS = 20e6;
const GPU_BYTES_PER_MS = 500e6;
/** A GPU launches the kernels of a layer in about this time, of a new graph in about twice. */
const LAUNCH_MS_PER_LAYER = 0.04;

/** T(n) ÷ T(1), measured: SmolLM2-135M Q4_0 on a CPU core, and a 7B model of 16-bit weights on an H200. */
type Ratios = readonly (readonly [tokens: number, ratio: number])[];
const CPU_RATIOS: Ratios = [
  [1, 1],
  [2, 1.4],
  [4, 2],
  [8, 3.4],
  [12, 4.6],
  [16, 5.7],
];
const GPU_RATIOS: Ratios = [
  [1, 1],
  [2, 1.4],
  [4, 1.4],
  [8, 1.5],
  [16, 1.7],
  [32, 1.8],
  [64, 2],
];

/**
 * The guess for a model of `modelBytes` on a device, by the thread counts worth trying.
 * @param counts the token counts to guess, as of lanes; those of one answer where omitted
 */
export function guessCosts(
  { backend, maxThreads, totalLayers }: Pick<DeviceFacts, "backend" | "maxThreads" | "totalLayers">,
  modelBytes: number,
  counts?: readonly number[],
): CostTable {
  const onCpu = backend === "cpu";
  const launchMs = onCpu ? 0 : LAUNCH_MS_PER_LAYER * totalLayers;
  const points = threadChoicesOf({ backend, maxThreads }).flatMap((threads) => {
    const bytesPerMs = onCpu ? Math.min(CPU_BYTES_PER_MS, CORE_BYTES_PER_MS * threads) : GPU_BYTES_PER_MS;
    const singleMs = launchMs + modelBytes / bytesPerMs;
    const ratios = onCpu ? CPU_RATIOS : GPU_RATIOS;
    return (counts ?? ratios.map(([tokens]) => tokens)).map((tokens) => ({
      tokens,
      threads,
      baseMs: singleMs * ratioAt(ratios, tokens),
      msPerContextToken: 0,
      ...(!onCpu && { switchMs: launchMs }),
    }));
  });
  return { points, isGuess: true };
}

/** Between two counts on the line through them; beyond the last it grows in proportion to the tokens, as arithmetic does. */
function ratioAt(ratios: Ratios, tokens: number): number {
  const at = ratios.findIndex(([count]) => count >= tokens);
  const [last, most] = ratios.at(-1)!;
  if (at < 0) return (most * tokens) / last;
  const [to, high] = ratios[at]!;
  if (at === 0) return high;
  const [from, low] = ratios[at - 1]!;
  return low + ((high - low) * (tokens - from)) / (to - from);
}

/** Thread counts worth trying for an evaluation: on a CPU one and all; on a GPU they hardly matter. */
export function threadChoicesOf({
  backend,
  maxThreads,
}: Pick<DeviceFacts, "backend" | "maxThreads">): readonly number[] {
  return backend === "cpu" && maxThreads > 1 ? [1, maxThreads] : [maxThreads];
}
