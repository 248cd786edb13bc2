// npm run bench:groups -- [--groups 4] [--pool 480] [--tests 100] [--seed 1]
// Replays made-up answers in which only the group decides certain words: where a group's own pool is the best that groups can
// give, how near soft groups come to it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { repositoryFolder } from "../support/check.ts";
import { seededRandom } from "../support/random.ts";

const { values } = parseArgs({
  options: {
    groups: { type: "string", default: "4" },
    pool: { type: "string", default: "480" },
    tests: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const SENTENCES = 40;
const SENTENCES_PER_ANSWER = 10;
/** More than a match may have, so that the words before a sentence don't give its group away. */
const SENTENCE_TOKENS = 18;
const FIRST_TOKEN = 100;
const COMMON_TOKENS = 2900;

const random = seededRandom(Number(values.seed));
const sentences = Array.from({ length: SENTENCES }, () =>
  Array.from({ length: SENTENCE_TOKENS }, () => FIRST_TOKEN + random.below(COMMON_TOKENS)),
);

/** Sentences that all groups share, each followed by the word that a group ends it with. */
function answer(k: number): object {
  const group = random.below(Number(values.groups));
  const out = Array.from({ length: SENTENCES_PER_ANSWER }, () => {
    const at = random.below(SENTENCES);
    return [...sentences[at]!, FIRST_TOKEN + COMMON_TOKENS + group * SENTENCES + at];
  }).flat();
  return { k, kind: "item", group: `group${group}`, prompt: [1, 2, 3], out, ms: 0 };
}

const folder = mkdtempSync(path.join(tmpdir(), "laser-groups-"));
try {
  const file = path.join(folder, "planted.jsonl");
  const answers = Array.from({ length: Number(values.pool) + Number(values.tests) }, (_, k) => answer(k));
  writeFileSync(file, answers.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const main = path.join(repositoryFolder, "server", "cli", "main.ts");
  const sizes = ["--pool", values.pool, "--tests", values.tests];
  const what = ["--strategies", "laser-strict", "--groups", "soft,global,hard"];
  const args = ["--import", "tsx", main, "replay", file, ...sizes, ...what];
  process.exitCode =
    spawnSync(process.execPath, args, { stdio: "inherit", cwd: repositoryFolder }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
