// Plans on a machine whose load comes and goes: times of the clock change, what tokens cost beside each other doesn't. Drafts
// that don't pay must not be sent because a moment is quicker than the run was so far.
import assert from "node:assert/strict";
import { CostModel, RenewalPlanner } from "../../../../core/laser/index.ts";
import { table } from "../../../support/check.ts";
import { costPoints, draftOf } from "../../../support/decoding/plannerWorlds.ts";
import { seededRandom } from "../../../support/random.ts";

/** The demo model on one core, in processor time. */
const ONE_CORE = costPoints(1, "1:20.4 2:36 4:46.5 8:82 12:112.5 16:138");
const STEPS = 800;

/** How many times its processor time an evaluation takes. */
type Load = (step: number) => number;

const LOADS: Readonly<Record<string, Load>> = {
  quiet: () => 1,
  "now one program, now eight": (step) => (step % 200 < 100 ? 8 : 1),
  "slowly more, slowly less": (step) => 1 + 6 * (0.5 + 0.5 * Math.sin(step / 40)),
};

/** True chances of each drafted token. One pays from 0.77 kept tokens on, three from 1.28. */
const DRAFTS: Readonly<Record<string, readonly number[]>> = {
  "half worth it": [0.45, 0.4, 0.4],
  "worth it by far": [0.97, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97],
};

/** Tokens per ms of processor time ÷ that of plain decoding. */
function ratioToPlain(load: Load, chances: readonly number[], seed: number): number {
  const random = seededRandom(seed);
  const real = new CostModel({ points: ONE_CORE }, true);
  const planner = new RenewalPlanner(new CostModel({ points: ONE_CORE, isGuess: true }));
  let [tokens, spentMs] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const { record, evaluatedTokens } = planner.plan(draftOf(chances), 0);
    const ms = real.expectedMs(evaluatedTokens, 1, 0);
    const verifyMs = ms * load(step);
    let kept = 0;
    while (kept < chances.length && random.next() < chances[kept]!) kept++;
    const accepted = Math.min(kept, record.sentTokens);
    planner.observe({
      committed: [...new Array<number>(accepted).fill(0), kept > accepted ? 0 : 1],
      nextUnsentAccepted: false,
      stepMs: verifyMs,
      evaluatedTokens,
      threads: 1,
      contextTokens: 0,
      verifyMs,
    });
    tokens += accepted + 1;
    spentMs += ms;
  }
  return (tokens / spentMs) * real.expectedMs(1, 1, 0);
}

table(
  "at least 97 % of plain decoding",
  Object.entries(LOADS).flatMap(([loadName, load]) =>
    Object.entries(DRAFTS).map(([name, chances]) => ({ name: `${loadName}, drafts ${name}`, load, chances })),
  ),
  ({ load, chances }) => {
    const ratio = ratioToPlain(load, chances, 1);
    assert.ok(ratio >= 0.97, `${ratio.toFixed(3)} of plain decoding`);
  },
);
