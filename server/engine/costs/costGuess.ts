// What an evaluation costs before anything was measured: the weights are read once, at a bandwidth that most devices
// reach. A run corrects the guess by its own steps; idle time replaces it by a measurement.
import type { CostTable } from "../../../core/laser/index.ts";
import type { DeviceFacts, ModelFacts } from "../engine.ts";

/** Bytes that a CPU core, and all cores together, read in a ms; and a GPU of the middle class. */
const CORE_BYTES_PER_MS = 8e6;
const CPU_BYTES_PER_MS = 20e6;
const GPU_BYTES_PER_MS = 500e6;
/** A GPU launches the kernels of a layer in about this time, of a new graph in about twice. */
const LAUNCH_MS_PER_LAYER = 0.04;

/**
 * T(n) ÷ T(1), measured: SmolLM2-135M Q4_0 on a CPU core; on an H200, a 7B model of 16-bit weights, and the middle of
 * three models of Q4_0 (7B, 1B, 135M), whose weights are unpacked again for every few tokens.
 */
type Ratios = readonly (readonly [tokens: number, ratio: number])[];
const CPU_RATIOS: Ratios = [
  [1, 1],
  [2, 1.4],
  [4, 2],
  [8, 3.4],
  [12, 4.6],
  [16, 5.7],
];
const GPU_FLOAT_RATIOS: Ratios = [
  [1, 1],
  [2, 1.4],
  [4, 1.4],
  [8, 1.5],
  [16, 1.7],
  [32, 1.8],
  [64, 2],
];
const GPU_PACKED_RATIOS: Ratios = [
  [1, 1],
  [2, 1.2],
  [4, 1.5],
  [8, 1.8],
  [16, 2.6],
  [32, 3.1],
  [64, 4.3],
];
/** Weights of more bits are numbers as they are; of fewer, they are packed in blocks. */
const MIN_FLOAT_BITS = 12;

/**
 * The guess for a model on a device, by the thread counts worth trying.
 * @param counts the token counts to guess, as of lanes; those of one answer if omitted
 */
export function guessCosts(
  { backend, maxThreads, totalLayers }: Pick<DeviceFacts, "backend" | "maxThreads" | "totalLayers">,
  { modelBytes, bitsPerWeight }: Pick<ModelFacts, "modelBytes" | "bitsPerWeight">,
  counts?: readonly number[],
): CostTable {
  const onCpu = backend === "cpu";
  const launchMs = onCpu ? 0 : LAUNCH_MS_PER_LAYER * totalLayers;
  const onGpu = (bitsPerWeight ?? 0) < MIN_FLOAT_BITS ? GPU_PACKED_RATIOS : GPU_FLOAT_RATIOS;
  const ratios = onCpu ? CPU_RATIOS : onGpu;
  const points = threadChoicesOf({ backend, maxThreads }).flatMap((threads) => {
    const bytesPerMs = onCpu ? Math.min(CPU_BYTES_PER_MS, CORE_BYTES_PER_MS * threads) : GPU_BYTES_PER_MS;
    const singleMs = launchMs + modelBytes / bytesPerMs;
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
