// npm run bench:trees -- [--tokens 1e6] [--answers 40] [--recordings FILE]
// What drafting costs, chains and trees in turn on the same steps: time of one draft and the heap that it leaves.
// Held-out texts are committed as strict verification would. It must be run on a quiet machine; the machine is named.
import { RetrievalDrafter, TreeAcceptanceModel, TreeDrafter, type Drafter } from "../../core/laser/index.ts";
import { poolAndTexts, PROMPT_TOKENS, say, WARM_UP_ANSWERS } from "./index/heldOut.ts";
import { VOCABULARY } from "./index/texts.ts";

const MAX_LEAVES = 32;

interface Arm {
  readonly name: string;
  readonly drafter: Drafter;
  readonly limit: number;
  readonly us: number[];
  drafted: number;
  grownBytes: number;
  grownDrafts: number;
}

const { pool, texts } = poolAndTexts();

const arms = [
  arm("chain of 15", new RetrievalDrafter(VOCABULARY, pool), 15),
  ...[15, 31, 63].map((maxNodes) =>
    arm(
      `tree of ${maxNodes}`,
      new TreeDrafter(VOCABULARY, pool, new TreeAcceptanceModel(), { maxNodes, maxLeaves: MAX_LEAVES }),
    ),
  ),
];
for (const [answer, text] of texts.entries()) recite(text, answer >= WARM_UP_ANSWERS);
for (const { name, us, drafted, grownBytes, grownDrafts } of arms) {
  us.sort((a, b) => a - b);
  const at = (share: number): string => us[Math.floor(us.length * share)]!.toFixed(0);
  say(
    `${name}: ${us.length} drafts of ${(drafted / us.length).toFixed(1)} tokens; p50 ${at(0.5)} µs, p90 ${at(0.9)} µs, ` +
      `p99 ${at(0.99)} µs; ${(grownBytes / grownDrafts / 1024).toFixed(1)} KiB of heap a draft`,
  );
}

function arm(name: string, drafter: Drafter, limit = Infinity): Arm {
  return { name, drafter, limit, us: [], drafted: 0, grownBytes: 0, grownDrafts: 0 };
}

/** Every drafter drafts after every few tokens of the text, in rotation: what slows the machine affects all. */
function recite(text: Int32Array, isMeasured: boolean): void {
  for (const { drafter } of arms) drafter.begin(text.slice(0, PROMPT_TOKENS));
  const step = 4; // About what a step commits.
  for (let place = PROMPT_TOKENS; place + step < text.length; place += step) {
    for (let i = 0; i < arms.length; i++) measure(arms[(place / step + i) % arms.length]!, isMeasured);
    const committed = [...text.subarray(place, place + step)];
    for (const { drafter } of arms) drafter.commit(committed);
  }
}

function measure(one: Arm, isMeasured: boolean): void {
  const heapBefore = process.memoryUsage().heapUsed;
  const begun = performance.now();
  const { length } = one.drafter.draft(one.limit);
  const tookUs = (performance.now() - begun) * 1000;
  const grown = process.memoryUsage().heapUsed - heapBefore;
  if (!isMeasured) return;
  one.us.push(tookUs);
  one.drafted += length;
  if (grown < 0) return; // Garbage was collected.
  one.grownBytes += grown;
  one.grownDrafts++;
}
