// What the chaos bench kills while it writes, and how it checks that the remains are whole. Run as a program, it
// writes without end: writing.ts KIND FILE.
import { pathToFileURL } from "node:url";
import { readFile } from "node:fs/promises";
import { addingAnswers, costsToBegin, keepCosts, storedPool } from "../../../server/worker/index.ts";
import { createScriptedEngine } from "../../../server/engine/index.ts";
import { withLock } from "../../../server/files/index.ts";
import { readTraceFile, writeTraceFile } from "../../../server/files/traces/index.ts";
import { forgetKey, readPoolFile, writePoolFile, type Answer } from "../../../server/pools/index.ts";
import { finish } from "../../../core/base/index.ts";
import { longTrace } from "../../support/trace/longTrace.ts";

const answers = Array.from({ length: 200 }, (_, i): Answer => ({
  id: `id-${i}`,
  group: null,
  text: `a b c ${i % 7}`,
}));
const engine = createScriptedEngine({ answers });
const trace = longTrace(1, 60);
const costs = { points: [{ tokens: 1, threads: 1, baseMs: 5, msPerContextToken: 0 }] };
const cacheOf = (file: string): { cacheDir: string; rowWidth: number } => ({
  cacheDir: `${file}.cache`,
  rowWidth: 40,
});

export interface Writing {
  /** Puts a first version in place. */
  readonly begin: (file: string) => Promise<void>;
  /** Writes once. */
  readonly write: (file: string) => Promise<void>;
  /** Throws unless what is at the place is whole. */
  readonly check: (file: string) => Promise<void>;
}

const writePool = (file: string): Promise<void> => writePoolFile(file, storedPool(answers, engine, 1));
const checkPool = async (file: string): Promise<void> => {
  const { pool, entries } = await readPoolFile(file, engine.model.tokenizerFingerprint);
  const problems = pool.check();
  if (problems.length > 0) throw new Error(problems[0]);
  // No entry exists twice or in half: "more" is added as a pair and forgotten as one.
  const more = entries.filter(({ key }) => key === "more").length;
  if (more % 2 !== 0) throw new Error(`${more} entries of a pair`);
};

export const WRITINGS: Readonly<Record<string, Writing>> = {
  trace: {
    begin: (file) => writeTraceFile(file, trace),
    write: (file) => writeTraceFile(file, trace),
    check: async (file) => {
      await readTraceFile(file);
    },
  },
  "pool build": { begin: writePool, write: writePool, check: checkPool },
  "pool add and forget": {
    begin: writePool,
    write: (file) =>
      withLock(`${file}.lock`, {}, async ({ check }) => {
        const stored = await readPoolFile(file, null);
        const pair = ["one", "two"].map((text) => ({ id: "more", group: null, text }));
        const has = stored.entries.some(({ key }) => key === "more");
        const changed = has
          ? forgetKey(stored, "more")
          : finish(addingAnswers(stored, pair, engine.tokenizer, 2)).stored;
        await writePoolFile(file, changed, { beforeReplace: check });
      }),
    check: checkPool,
  },
  "cost cache": {
    begin: (file) => keepCosts(engine, cacheOf(file), costs),
    write: (file) => keepCosts(engine, cacheOf(file), costs),
    check: async (file) => {
      if ((await costsToBegin(engine, cacheOf(file))).isGuess === true) throw new Error("the table is gone");
    },
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , kind = "", file = ""] = process.argv;
  const { write } = WRITINGS[kind]!;
  await readFile(process.argv[1]!); // The event loop turns once before the first write is announced.
  process.stdout.write("writing\n");
  for (;;) await write(file);
}
