// npm run bench:strict -- [--model PATH] [--prompts 40] [--tokens 200] [--long 4] [--flips 8] [--varied]
// Shows on a real model that strict output equals plain output token for token: plain in its own process, strict
// with random draft lengths, corrupted drafts and varying threads, as chains and as trees. --varied: on 30 prompts of
// other kinds than those of the samples. Then how often one-token and many-token evaluation disagree. Exit code 1 when
// an answer differs.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { Batches } from "../../../core/laser/index.ts";
import { loadSession } from "../../../server/cli/loadSession.ts";
import { readPoolSource } from "../../../server/pools/index.ts";
import { loadPool, reproducibility } from "../../../server/worker/index.ts";
import { repositoryFolder } from "../../support/check.ts";
import { seededRandom } from "../../support/random.ts";
import { forkedAnswer, plainAnswer, wildTokens, type Counts } from "./decoding.ts";
import { countFlips, noFlips } from "./flips.ts";
import { makeJobs, TEMPERATURES, variedJobs } from "./jobs.ts";

const CONTEXT_TOKENS = 1536;
/** From here on, on CPU, several threads share the attention of a token alone. */
const SPLIT_POSITION = 256;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    prompts: { type: "string", default: "40" },
    tokens: { type: "string", default: "200" },
    long: { type: "string", default: "4" },
    flips: { type: "string", default: "8" },
    varied: { type: "boolean", default: false },
    plain: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const signal = new AbortController().signal;
const session = await loadSession({ model: values.model, gpu: "off", contextTokens: CONTEXT_TOKENS }, signal);
const { engine } = session;
try {
  const found = await reproducibility(engine, {
    cacheDir: null,
    now: () => performance.now(),
    signal,
    isPatient: true,
  });
  if ("reason" in found) throw new Error(`reproducible: not available: ${found.reason}`);
  const { batches } = found;
  const tokens = Number(values.tokens);
  const jobs = values.varied
    ? await variedJobs(engine, tokens)
    : await makeJobs(engine, { prompts: Number(values.prompts), tokens, long: Number(values.long) });
  if (values.plain) {
    const answers: (readonly number[])[] = [];
    for (const job of jobs) answers.push((await plainAnswer(engine.target, batches, job)).tokens);
    say(JSON.stringify(answers));
  } else await compare(jobs, batches);
} finally {
  await engine.dispose();
}

async function compare(jobs: Awaited<ReturnType<typeof makeJobs>>, batches: Batches): Promise<void> {
  const maxThreads = engine.device.maxThreads;
  say(
    `${engine.model.name}, ${engine.device.backend}, ${cpus()[0]?.model ?? "unknown"}, ${maxThreads} threads`,
  );
  const program = [fileURLToPath(import.meta.url), "--plain", ...process.argv.slice(2)];
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", ...program], {
    cwd: repositoryFolder,
    maxBuffer: 2 ** 28,
  });
  const plain = JSON.parse(stdout) as number[][];
  const file = await readPoolSource(path.join(repositoryFolder, "samples", "answers.jsonl"));
  const { index } = loadPool(file, engine);
  const random = seededRandom(1);
  const threads = Array.from({ length: maxThreads }, (_, i) => i + 1);
  for (const temperature of TEMPERATURES) {
    const counts: Counts = { steps: 0, drafted: 0, accepted: 0, threads: new Map() };
    let equal = 0;
    let equalTrees = 0;
    let tokens = 0;
    let total = 0;
    for (const [at, job] of jobs.entries()) {
      if (job.temperature !== temperature) continue;
      total++;
      const strict = await wildTokens(engine.target, batches, job, index, random, counts);
      const expected = plain[at]!;
      const isEqual = (answer: readonly number[], what: string): boolean => {
        const differs = answer.findIndex((token, i) => token !== expected[i]);
        if (differs < 0 && answer.length === expected.length) return true;
        say(
          `✖ ${job.name}, temperature ${temperature}, ${what}: differs at token ${differs} of ${expected.length}`,
        );
        return false;
      };
      if (isEqual(strict, "chains")) equal++;
      const trees = await forkedAnswer(engine.target, batches, job, expected, random, true);
      if (isEqual(trees.tokens, "trees")) equalTrees++;
      tokens += strict.length;
    }
    if (equal < total || equalTrees < total) process.exitCode = 1;
    const used = [...counts.threads].map(([number, steps]) => `${number}: ${steps}`).join(", ");
    say(
      `temperature ${temperature}: ${equal} of ${total} answers equal with chains, ${equalTrees} with trees; chains: ${tokens} tokens in ${counts.steps} steps; ` +
        `${counts.accepted} of ${counts.drafted} drafted tokens accepted; steps by threads ${used}`,
    );
  }
  const greedy = jobs.flatMap((job, at) => (job.temperature === 0 ? [{ job, answer: plain[at]! }] : []));
  for (const number of threads) {
    const flips = [noFlips(), noFlips()] as const;
    for (const { job, answer } of greedy.slice(-Number(values.flips)))
      await countFlips(engine.target, job.prompt, answer, number, SPLIT_POSITION, flips);
    flips.forEach(({ positions, flipped, different, largestDifference }, part) => {
      say(
        `alone by ${number} of ${maxThreads} threads against 16 at once, position ${part === 0 ? "<" : "≥"} ${SPLIT_POSITION}: ` +
          `arg-max flips at ${flipped} of ${positions}, logits differ at ${different}, by at most ${largestDifference.toFixed(3)}`,
      );
    });
  }
}
