// Where runs meet: work for all begins when nobody is working alone.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Gathering, type Stage } from "../../../../core/laser/index.ts";

/** All that promises that are settled lead to. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A stage that serves everyone who waits, and notes whom together. */
class Noting implements Stage {
  readonly served: string[] = [];
  private waiting: { member: number; resolve: () => void }[] = [];

  constructor(
    private readonly gathering: Gathering,
    private readonly name: string,
    private readonly log: string[],
  ) {
    gathering.add(this);
  }

  get hasWork(): boolean {
    return this.waiting.length > 0;
  }

  ask(member: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ member, resolve });
      this.gathering.wait(member);
    });
  }

  run(): Promise<void> {
    const waiting = this.waiting.splice(0);
    this.log.push(`${this.name} ${waiting.map(({ member }) => member).join(" ")}`);
    for (const { member, resolve } of waiting) {
      this.gathering.resume(member);
      resolve();
    }
    return Promise.resolve();
  }

  close(): void {
    this.waiting = [];
  }
}

function begin(members: number) {
  const log: string[] = [];
  const gathering = new Gathering();
  const last = new Noting(gathering, "evaluate", log);
  const first = new Noting(gathering, "plan", log);
  for (let member = 0; member < members; member++) gathering.enter(member);
  return { gathering, log, evaluate: last, plan: first };
}

test("nothing begins before every member waits; a late one is served with the others", async () => {
  const { log, evaluate } = begin(3);
  void evaluate.ask(2);
  void evaluate.ask(0);
  await settle();
  assert.deepEqual(log, []);
  void evaluate.ask(1);
  await settle();
  assert.deepEqual(log, ["evaluate 2 0 1"]);
});

test("the stage added last comes first, and those it serves join the others", async () => {
  const { log, evaluate, plan } = begin(2);
  void evaluate.ask(0);
  void plan.ask(1).then(() => evaluate.ask(1));
  await settle();
  assert.deepEqual(log, ["plan 1", "evaluate 0 1"]);
});

test("nobody waits for one that is away or has left; one that comes back is waited for", async () => {
  const { gathering, log, evaluate } = begin(3);
  let comeBack = (): void => undefined;
  const away = gathering.away(0, () => new Promise<void>((resolve) => (comeBack = resolve)));
  void evaluate.ask(1);
  await settle();
  assert.deepEqual(log, []);
  gathering.leave(2);
  await settle();
  assert.deepEqual(log, ["evaluate 1"]);
  comeBack();
  await away;
  void evaluate.ask(1);
  await settle();
  assert.equal(log.length, 1);
  void evaluate.ask(0);
  await settle();
  assert.deepEqual(log[1], "evaluate 1 0");
});

test("one that is away while it waits for a stage is not waited for before both have ended", async () => {
  const { gathering, log, evaluate, plan } = begin(2);
  const planned = plan.ask(0);
  let comeBack = (): void => undefined;
  const away = gathering.away(0, () => new Promise<void>((resolve) => (comeBack = resolve)));
  void evaluate.ask(1);
  await planned;
  await settle();
  assert.deepEqual(log, ["plan 0", "evaluate 1"]);
  comeBack();
  await away;
  void evaluate.ask(1);
  await settle();
  assert.equal(log.length, 2);
  void evaluate.ask(0);
  await settle();
  assert.deepEqual(log[2], "evaluate 1 0");
});

test("one that never entered is served, and nobody waits for it", async () => {
  const { log, evaluate } = begin(0);
  await evaluate.ask(7);
  await evaluate.ask(7);
  assert.deepEqual(log, ["evaluate 7", "evaluate 7"]);
});
