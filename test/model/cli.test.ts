// The laser command as it is built: what it prints where, its exit codes, and what it leaves. What it refuses is
// asked of the same command in this process, which takes a tenth of the time of starting another.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { parseTrace, traceMetrics } from "../../core/trace/index.ts";
import { formOfFile, readTraceFile, writeTraceFile } from "../../server/files/traces/index.ts";
import { repositoryFolder, table } from "../support/check.ts";
import { testModelPath } from "../support/decoding/realModel.ts";
import { laserHere } from "../support/process/laserHere.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "laser-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const sample = (name: string) => join(repositoryFolder, "samples", name);
/** One thread: two wait for each other by spinning, beside all the other tests. */
const model = () => ["--model", testModelPath(), "--gpu", "off", "--threads", "1"];

/** Runs the built command to its end; `onOutput` sees stdout as it grows and may send signals. */
function laser(
  args: readonly string[],
  onOutput?: (stdout: string, kill: () => void) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [join(repositoryFolder, "dist", "laser.mjs"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(stdout, () => child.kill("SIGINT"));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

test("continue writes the rest of a recorded answer after the kept part; another token is in its trace", async () => {
  const [recorded, next] = [join(folder, "recorded.lasertrace"), join(folder, "next.lasertrace.gz")];
  const compact = `${recorded}.gz`;
  const strict = ["--strategy", "laser-strict", "--max-tokens", "24", "--trace", recorded];
  // Held to no schema, which would refuse the other token.
  const prompt = ["--prompt", "Recommend a book to a reader who likes the sea."];
  const whole = await laser(["generate", ...prompt, ...model(), ...strict]);
  const rest = await laser(["continue", recorded, "--at", "9", ...model()]);
  assert.deepEqual([whole.code, rest.code, rest.stdout], [0, 0, whole.stdout]);

  // From the compact form, into it.
  await writeTraceFile(compact, parseTrace(readFileSync(recorded, "utf8")));
  const other = ["--at", "3", "--token-text", " novel", "--rule", "relaxed", "--trace", next, "--json"];
  const { code, stdout } = await laser(["continue", compact, ...other, ...model()]);
  assert.equal(code, 0);
  assert.equal(await formOfFile(next), "compact");
  const inspected = await laser(["inspect", next, "--json"]);
  assert.deepEqual([inspected.code, inspected.stderr], [0, ""]);
  const { inheritedText, inheritedTokens, text } = JSON.parse(stdout) as Record<string, unknown>;
  const { request, result } = await readTraceFile(next);
  assert.match(String(inheritedText), / novel$/);
  assert.deepEqual([inheritedTokens, text], [4, result.text]);
  assert.deepEqual([request.strategy, request.parent?.file], ["laser", "recorded.lasertrace.gz"]);
  assert.equal(request.parent?.tokensBefore, 3);

  for (const [args, reason] of [
    [["--at", "25"], /--at 25: the run wrote \d+ tokens\./],
    [["--at", "24"], /24 tokens of the answer are kept, and no more than 24 may be written\./],
    [["--at", "1", "--token-text", "two words"], /it is \d+ tokens for this model/],
  ] as const) {
    const refused = await laserHere("continue", recorded, ...args, ...model());
    assert.deepEqual([refused.exitCode, refused.stdout], [2, ""], args.join(" "));
    assert.match(refused.stderr, reason);
  }
});

test("a text is answered quietly into a file, with a drawn seed that the trace keeps and another template", async () => {
  const [out, tracePath, template] = ["o.txt", "o.lasertrace", "t.jinja"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(template, "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>");
  const args = [
    "generate", "--prompt", "Say {{ hi }}", "--system", "Be short.", ...model(),
    "--max-tokens", "6", "--chat-template", template, "--out", out, "--trace", tracePath, "--temperature", "1",
  ]; // prettier-ignore
  const quiet = await laser([...args, "--seed", "random", "--quiet"]);
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
  const { request, result } = await readTraceFile(tracePath);
  const written = readFileSync(out, "utf8");
  assert.equal(written, result.text.endsWith("\n") ? result.text : `${result.text}\n`);
  assert.equal(request.rendered, "<system>Be short.<user>Say {{ hi }}<assistant>");
  assert.deepEqual([request.promptFile, request.messages.length], [null, 2]);

  const again = await laser([...args, "--overwrite", "--seed", String(request.sampling.seed)]);
  assert.deepEqual([again.code, readFileSync(out, "utf8")], [0, written]);
  assert.match(again.stderr, /answer: .*o\.txt\n$/);
});

test("--json prints one object on stdout and nothing else, and its figures are those of the trace", async () => {
  const tracePath = join(folder, "book.lasertrace");
  const { code, stdout } = await laser([
    "generate", sample("book.prompty"), ...model(), "--json",
    "--max-tokens", "40", "--pool", sample("answers.jsonl"), "--trace", tracePath,
  ]); // prettier-ignore
  assert.equal(code, 0);
  const printed = JSON.parse(stdout) as Record<string, unknown>;
  const trace = parseTrace(readFileSync(tracePath, "utf8"));
  const figures = traceMetrics(trace);
  const { text, tokens, steps, drafted, accepted, relaxed, tokensPerSecond, edl, strategy } = printed;
  assert.deepEqual(
    {
      text,
      tokens,
      steps,
      drafted,
      accepted,
      relaxed,
      tokensPerSecond,
      edl,
      strategy,
      trace: printed.trace,
    },
    {
      text: trace.result.text,
      tokens: figures.committed,
      steps: figures.steps,
      drafted: figures.drafted,
      accepted: figures.accepted,
      relaxed: figures.relaxed,
      tokensPerSecond: figures.tokensPerSecond,
      edl: figures.committed / figures.steps,
      strategy: "laser",
      trace: tracePath,
    },
  );
});

test("without --json the answer alone goes to stdout, classes marked if there is no colour", async () => {
  const { code, stdout, stderr } = await laser([
    "generate", sample("film.prompty"), ...model(),
    "--max-tokens", "30", "--strategy", "plain",
  ]); // prettier-ignore
  assert.equal(code, 0);
  assert.match(stdout, /^\{\n {2}"film": "The General",\n {2}"director": "Buster Keaton"/);
  assert.match(stderr, /EDL 1\.00 \(30\/30\)/);
});

test("a cache that can't be written is warned about on a line of its own, after the answer", async () => {
  const [shown, notFolder] = [join(folder, "shown.txt"), join(folder, "file")];
  await writeFile(notFolder, "");
  // As on a terminal: both streams go to one place.
  const place = openSync(shown, "w");
  const args = ["generate", sample("film.prompty"), ...model(), "--max-tokens", "6", "--quiet"];
  const child = spawn(process.execPath, [join(repositoryFolder, "dist", "laser.mjs"), ...args], {
    stdio: ["ignore", place, place],
    // Costs that are given are not kept.
    env: { ...process.env, LASER_COSTS: undefined, LASER_CACHE: join(notFolder, "x") },
  });
  const [code] = (await once(child, "close")) as [number | null];
  closeSync(place);
  assert.match(readFileSync(shown, "utf8"), /^[^]+\nThe measured costs were not kept, .*file\/x\/costs/);
  assert.equal(code, 0);
});

test("Ctrl-C stops, keeps the partial trace and exits with 130", async () => {
  const tracePath = join(folder, "stopped.lasertrace");
  let sent = false;
  const { code, stdout } = await laser(
    [
      "generate",
      sample("book.prompty"),
      ...model(),
      "--max-tokens",
      "3000",
      "--repetition-penalty",
      "1",
      "--trace",
      tracePath,
    ],
    (text, kill) => {
      if (!sent && text.length > 40) kill();
      sent ||= text.length > 40; // A second one would end the program at once.
    },
  );
  assert.equal(code, 130);
  const trace = parseTrace(readFileSync(tracePath, "utf8"));
  assert.equal(trace.result.finish, "stopped");
  assert.ok(trace.result.text.length > 0 && stdout.length > 0);
});

test("a reader that closes the pipe stops the run cleanly", async () => {
  const tracePath = join(folder, "closed.lasertrace");
  const child = spawn(
    process.execPath,
    [
      join(repositoryFolder, "dist", "laser.mjs"),
      "generate",
      sample("book.prompty"),
      ...model(),
      "--max-tokens",
      "2000",
      "--repetition-penalty",
      "1",
      "--trace",
      tracePath,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 130, stderr);
  assert.doesNotMatch(stderr, /EPIPE/);
  assert.equal(parseTrace(readFileSync(tracePath, "utf8")).result.finish, "stopped");
});

interface BadInput {
  readonly name: string;
  readonly args: () => Promise<string[]> | string[];
  readonly says: RegExp;
}

const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
const badInput: BadInput[] = [
  { name: "no file", args: () => ["generate"], says: /There is no prompt to answer/ },
  {
    name: "an unknown option",
    args: () => ["generate", "x", "--nonsense"],
    says: /unknown option '--nonsense'/,
  },
  { name: "an unknown command", args: () => ["nonsense"], says: /unknown command 'nonsense'/ },
  {
    name: "a missing prompt file",
    args: () => ["generate", "nowhere.prompty"],
    says: /no prompt file at nowhere\.prompty/,
  },
  {
    name: "not a number",
    args: () => ["generate", "x", "--max-tokens", "many"],
    says: /--max-tokens many: it must be a whole number/,
  },
  {
    name: "a probability above 1",
    args: () => ["generate", "x", "--relaxed-min-probability", "2"],
    says: /it must be a number from 0 to 1/,
  },
  {
    name: "an unknown strategy",
    args: () => ["generate", "x", "--strategy", "magic"],
    says: /it must be one of plain, prompt-lookup, laser-strict, laser/,
  },
  { name: "a variable without =", args: () => ["generate", "x", "--set", "title"], says: /name=value/ },
  {
    name: "a missing model",
    args: () => ["generate", sample("book.prompty"), "--model", "nowhere.gguf"],
    says: /no model at nowhere\.gguf/,
  },
  {
    name: "not a model",
    args: async () => ["generate", sample("book.prompty"), "--model", await file("no.gguf", "hello")],
    says: /not a GGUF file/,
  },
  {
    name: "an unknown variable",
    args: () => ["generate", sample("book.prompty"), ...model(), "--set", "titel=x"],
    says: /book\.prompty: .*titel/,
  },
  {
    name: "a prompt file with an error",
    args: async () => ["generate", await file("bad.prompty", "---\nname: [\n---\nuser:\nHi"), ...model()],
    says: /bad\.prompty: .*YAML/s,
  },
  {
    name: "a missing pool",
    args: () => ["generate", sample("book.prompty"), ...model(), "--pool", "nowhere.jsonl"],
    says: /no pool at nowhere\.jsonl/,
  },
  {
    name: "a pool with a bad line",
    args: async () => [
      "generate",
      sample("book.prompty"),
      ...model(),
      "--pool",
      await file("bad.jsonl", '{"id":"a","text":"b"}\n{"id":1}\n'),
    ],
    says: /Line 2 of the pool/,
  },
  {
    name: "more tokens than the context holds",
    args: () => ["generate", sample("book.prompty"), ...model(), "--max-tokens", "8000"],
    says: /context holds only 4096/,
  },
];
table("bad input exits with 2, says why, and writes nothing", badInput, async ({ args, says }) => {
  const tracePath = join(folder, "none.lasertrace");
  const given = await args();
  const takesTrace = given[0] === "generate" && given.length > 1;
  const { exitCode, stdout, stderr } = await laserHere(
    ...given,
    ...(takesTrace ? ["--trace", tracePath] : []),
  );
  assert.match(stderr, says);
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.equal(existsSync(tracePath), false);
});

const tracePaths: { name: string; path: () => Promise<string> | string; says: RegExp }[] = [
  { name: "the prompt file itself", path: () => file("own.prompty", "user:\nHi"), says: /input of this run/ },
  { name: "a folder", path: () => folder, says: /it is a folder/ },
];
table("a trace path that can't serve is refused before the run", tracePaths, async ({ path, says }) => {
  const tracePath = await path();
  const prompt = await file("own.prompty", "user:\nHi");
  const { exitCode, stderr } = await laserHere("generate", prompt, ...model(), "--trace", tracePath);
  assert.match(stderr, says);
  assert.equal(exitCode, 2);
  assert.equal(readFileSync(prompt, "utf8"), "user:\nHi");
});
