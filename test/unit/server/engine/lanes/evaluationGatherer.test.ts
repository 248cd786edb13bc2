// What lanes ask for becomes evaluations: which go together, who comes first, and who fails.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Gathering } from "../../../../../core/laser/index.ts";
import { EvaluationGatherer, type Asked } from "../../../../../server/engine/lanes/evaluationGatherer.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A gatherer of this many tokens that notes what it evaluates; those of `faulty` members fail. */
function begin(maxTokens: number, members = 0, faulty: readonly number[] = []) {
  const log: string[] = [];
  const gathering = new Gathering();
  const gatherer = new EvaluationGatherer<Asked>(gathering, maxTokens, async (asked) => {
    log.push(asked.map(({ member }) => member).join(" "));
    await settle();
    if (asked.some(({ member }) => faulty.includes(member))) throw new Error("faulty");
  });
  for (let member = 0; member < members; member++) gathering.enter(member);
  const draft = (member: number, tokens = 4) => gatherer.ask({ member, tokens, wantsRows: true });
  const prompt = (member: number, tokens = 100) => gatherer.ask({ member, tokens, wantsRows: false });
  return { log, gathering, gatherer, draft, prompt };
}

test("tokens with rows come first, then as many prompts as fit, in the order asked", async () => {
  const { log, draft, prompt } = begin(230, 5);
  const all = [prompt(0), prompt(1), prompt(2), draft(3), draft(4)];
  await Promise.all(all.slice(3));
  assert.deepEqual(log, ["3 4 0 1"]);
});

test("a prompt that did not fit comes before drafts in the next evaluation, and never waits forever", async () => {
  const { log, draft, prompt } = begin(110, 2);
  const wait = prompt(0);
  await draft(1, 20);
  void draft(1, 20);
  await wait;
  assert.deepEqual(log, ["1", "0"]);
});

test("one more than fits is evaluated alone", async () => {
  const { log, prompt } = begin(64, 1);
  await prompt(0, 64);
  assert.deepEqual(log, ["0"]);
});

test("if one fails, each is evaluated again alone, and only the faulty one fails", async () => {
  const { log, draft } = begin(100, 3, [1]);
  const outcomes = [0, 1, 2].map((member) =>
    draft(member).then(
      () => "done",
      (error: unknown) => String(error),
    ),
  );
  assert.equal(await outcomes[0], "done");
  // The others wait until it has read its rows and asks again.
  assert.deepEqual(log, ["0 1 2", "0"]);
  void draft(0);
  assert.equal(await outcomes[1], "Error: faulty");
  void draft(1).catch(() => undefined);
  assert.equal(await outcomes[2], "done");
  void draft(2);
  await settle();
  assert.deepEqual(log, ["0 1 2", "0", "1", "2", "0 1 2"]);
});

test("closing fails waiting and later requests, after the running one has ended", async () => {
  const { log, gathering, gatherer, draft } = begin(4, 2);
  const running = draft(0);
  const waiting = draft(1);
  const refused = assert.rejects(waiting, /closed/);
  await Promise.resolve();
  await Promise.resolve();
  gathering.close(new Error("closed"));
  await gatherer.settled();
  await running;
  await refused;
  await assert.rejects(draft(0), /closed/);
  assert.deepEqual(log, ["0"]);
});
