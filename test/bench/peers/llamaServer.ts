// How fast llama.cpp's own server writes the answers that `laser bench --recordings FILE --pool N --tests N` writes, by each of
// its kinds of drafting from earlier text. Every kind gets a server of its own, all of them alive at once; each prompt goes to
// one after another, so that they share what the machine does meanwhile. The pool's answers are sent first, as prompts: what a
// server that had written them would know.
//
//   node --import tsx test/bench/peers/llamaServer.ts --server llama-server --model FILE --recordings ANSWERS.jsonl
//       [--pool 30] [--tests 30] [--max-tokens 200] [--rounds 3] [--json FILE] [-- further options of llama-server]
//
// Without packages: npx esbuild test/bench/peers/llamaServer.ts --bundle --platform=node --format=esm --outfile=peer.mjs
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readRecordings, type Recording } from "../../../server/bench/recordings/recordings.ts";
import { ratioOfSums, type Interval } from "../../../server/bench/statistics.ts";

const { values, positionals } = parseArgs({
  options: {
    server: { type: "string", default: "llama-server" },
    model: { type: "string" },
    recordings: { type: "string" },
    pool: { type: "string", default: "30" },
    tests: { type: "string", default: "30" },
    "max-tokens": { type: "string", default: "200" },
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
  },
  allowPositionals: true,
});
if (values.model === undefined || values.recordings === undefined)
  throw new Error("give --model and --recordings");

const SHORT = [
  "--spec-ngram-mod-n-match",
  "8",
  "--spec-ngram-mod-n-min",
  "2",
  "--spec-ngram-mod-n-max",
  "16",
];

/** Each as the server has it, and two with lengths that suit answers of 200 tokens. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  plain: ["--spec-type", "none"],
  "ngram-cache": ["--spec-type", "ngram-cache"],
  "ngram-simple": ["--spec-type", "ngram-simple"],
  "ngram-simple, 4 → 15": [
    "--spec-type",
    "ngram-simple",
    "--spec-ngram-simple-size-n",
    "4",
    "--spec-ngram-simple-size-m",
    "15",
  ],
  "ngram-map-k": ["--spec-type", "ngram-map-k"],
  "ngram-mod": ["--spec-type", "ngram-mod"],
  "ngram-mod, 8 → 2 to 16": ["--spec-type", "ngram-mod", ...SHORT],
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const STARTS_WITHIN_MS = 120_000;

/** A server that is ready. */
interface Peer {
  readonly kind: string;
  readonly url: string;
  readonly process: ChildProcess;
  readonly answers: Answer[];
}

/** One answer, by the server's own clock and counts. */
interface Answer {
  readonly test: number;
  readonly tokens: readonly number[];
  readonly ms: number;
  readonly drafted: number;
  readonly kept: number;
}

const recordings = await readRecordings(values.recordings);
const pool = recordings.slice(0, Number(values.pool));
const tests = recordings.slice(pool.length, pool.length + Number(values.tests));
const peers: Peer[] = [];
try {
  for (const [kind, options] of Object.entries(KINDS)) peers.push(await start(kind, options));
  for (const peer of peers) for (const { prompt, out } of pool) await complete(peer, [...prompt, ...out], 1);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [test, { prompt }] of tests.entries())
      for (let turn = 0; turn < peers.length; turn++) {
        const peer = peers[(turn + test + round) % peers.length]!;
        const answer = await complete(peer, [...prompt], Number(values["max-tokens"]));
        if (round > 0) peer.answers.push({ test, ...answer }); // The first one warms up.
      }
  report();
} finally {
  for (const { process: child } of peers) child.kill();
}

async function start(kind: string, options: readonly string[]): Promise<Peer> {
  const port = await freePort();
  const address = ["--host", "127.0.0.1", "--port", String(port), "--no-webui", "--parallel", "1"];
  const all = ["--model", values.model!, ...address, ...options, ...positionals];
  const child = spawn(values.server, all, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-4000)));
  const url = `http://127.0.0.1:${port}`;
  const peer = { kind, url, process: child, answers: [] };
  for (let waited = 0; waited < STARTS_WITHIN_MS; waited += 100) {
    if (child.exitCode !== null) throw new Error(`${kind}: llama-server ended\n${log}`);
    const isReady = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return peer;
    await setTimeout(100);
  }
  child.kill();
  throw new Error(`${kind}: llama-server is not ready after ${STARTS_WITHIN_MS / 1000} s\n${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function complete(
  { kind, url }: Peer,
  prompt: readonly number[],
  n: number,
): Promise<Omit<Answer, "test">> {
  const body = { prompt, n_predict: n, temperature: 0, cache_prompt: false, return_tokens: true };
  const response = await fetch(`${url}/completion`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${kind}: ${response.status} ${await response.text()}`);
  const { tokens, timings } = (await response.json()) as {
    tokens: number[];
    timings: { predicted_ms: number; draft_n?: number; draft_n_accepted?: number };
  };
  const { predicted_ms: ms, draft_n: drafted = 0, draft_n_accepted: kept = 0 } = timings;
  return { tokens, ms, drafted, kept };
}

function report(): void {
  const plain = peers[0]!.answers;
  const rows = peers.map(({ kind, answers }) => {
    const tokens = sum(answers, (answer) => answer.tokens.length);
    const kept = sum(answers, (answer) => answer.kept);
    const drafted = sum(answers, (answer) => answer.drafted);
    const same = answers.filter((answer, at) => answer.tokens.join() === plain[at]!.tokens.join()).length;
    return {
      kind,
      tokensPerSecond: (1000 * tokens) / sum(answers, ({ ms }) => ms),
      speedUp: overTests(answers, plain),
      tokensPerStep: tokens / (tokens - kept),
      drafted,
      kept,
      equal: `${same} of ${answers.length}`,
    };
  });
  say(`${pool.length} answers in the pool, ${tests.length} tests, ${Number(values.rounds) - 1} rounds`);
  say("speed-up: time per token of plain ÷ of this kind, both by the server's clock (95 %, over tests)");
  for (const { kind, tokensPerSecond, speedUp, tokensPerStep, drafted, kept, equal } of rows)
    say(
      [
        kind.padEnd(24),
        `${tokensPerSecond.toFixed(0)} tokens/s`.padStart(14),
        text(speedUp).padStart(20),
        `${tokensPerStep.toFixed(2)} tokens/step`.padStart(18),
        `kept ${kept} of ${drafted}`.padStart(24),
        `equal to plain ${equal}`,
      ].join("  "),
    );
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`);
}

/** Plain's time for as many tokens ÷ the time of the kind, over tests. */
function overTests(answers: readonly Answer[], plain: readonly Answer[]): Interval {
  const parts = tests.map((_: Recording, test) => {
    const own = answers.filter((answer) => answer.test === test);
    const base = plain.filter((answer) => answer.test === test);
    const tokens = sum(own, (answer) => answer.tokens.length);
    const baseTokens = sum(base, (answer) => answer.tokens.length);
    return {
      numerator: (sum(base, ({ ms }) => ms) / baseTokens) * tokens,
      denominator: sum(own, ({ ms }) => ms),
    };
  });
  return ratioOfSums(parts);
}

function text({ value, low, high }: Interval): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
