// Going on from a recorded answer, from the choice to the trace: on the scripted engine, with what is refused.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine, type Engine } from "../../../../../server/engine/index.ts";
import { DecodeError, PUBLISHED_RULE, type Rule, type Strategy } from "../../../../../core/laser/index.ts";
import { continuationOf, type ContinuationChoice } from "../../../../../server/protocol/continuation.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../../core/settings/index.ts";
import type { ContinueFrom } from "../../../../../server/protocol/worker.ts";
import { checkIdentities, wholeAnswer, type Trace } from "../../../../../core/trace/index.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { applyTemplate, continuePrompt, Session } from "../../../../../server/worker/index.ts";
import { WorkerError } from "../../../../../server/worker/errors.ts";
import { SCRIPTED_COSTS } from "../../../../../server/worker/model/scriptedModel.ts";
import { table } from "../../../../support/check.ts";

const TEXT = "Cats sleep all day, 😀. Cats sleep all night. Cats sleep all day.";
const engineOf = (text: string, contextTokens = 400): Engine =>
  createScriptedEngine({ answers: [{ text }, { text: "Dogs bark all day." }], contextTokens });
const engine = engineOf(TEXT);

async function generate(
  prompt: Parameters<Session["generate"]>[0]["prompt"],
  settings: GenerationSettings,
): Promise<Trace> {
  const session = new Session({ engine, costs: SCRIPTED_COSTS, frozenCosts: true, generator: "test 0" });
  const { signal } = new AbortController();
  const { trace, failure } = await session.generate({ prompt, settings, pool: null, signal });
  assert.equal(failure, null);
  return trace;
}

const ask = applyTemplate(
  [{ role: "user", content: "Tell me." }],
  "cats.prompty",
  engine,
  new Date(0),
  false,
);
const settings: GenerationSettings = { ...DEFAULT_SETTINGS, strategy: "laser-strict", maxTokens: 80 };
const whole = await generate(ask, settings);

function goOn(trace: Trace, choice: ContinuationChoice): Promise<Trace> {
  const { continueFrom, promptFile, settings: given } = continuationOf(trace, "a.lasertrace", choice)!;
  const prepared = continuePrompt(continueFrom, promptFile, given, engine);
  return generate(prepared.prompt, prepared.settings);
}

test("from every place the rest is written again, within characters, too", async () => {
  assert.equal(whole.result.text, TEXT);
  for (let tokensBefore = 0; tokensBefore < whole.result.tokens.length; tokensBefore++) {
    const rest = await goOn(whole, { tokensBefore, token: null });
    assert.deepEqual(rest.result.tokens, whole.result.tokens.slice(tokensBefore), `from ${tokensBefore}`);
    assert.equal(wholeAnswer(rest), TEXT);
    assert.deepEqual(checkIdentities(rest), []);
    assert.equal(rest.request.maxTokens, 80 - tokensBefore);
    assert.deepEqual(rest.request.promptFile, "cats.prompty");
  }
});

test("the run's messages read as its trace does, even if a character is split between two runs", async () => {
  const smile = [...new TextEncoder().encode("😀")];
  const at = whole.result.tokens.findIndex((_, i) =>
    smile.every((byte, k) => whole.result.tokens[i + k] === byte),
  );
  assert.ok(at > 0, "the smile is spelled in bytes");
  const { continueFrom, settings: given } = continuationOf(whole, null, {
    tokensBefore: at + 2,
    token: null,
  })!;
  const { prompt, settings: left } = continuePrompt(continueFrom, null, given, engine);
  const texts: string[] = [];
  const session = new Session({ engine, costs: SCRIPTED_COSTS, frozenCosts: true, generator: "test 0" });
  const { trace } = await session.generate({
    prompt,
    settings: left,
    pool: null,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.kind === "step") texts.push(...event.pieces.map(({ text }) => text));
    },
  });
  assert.equal(texts.join(""), trace.result.text);
  assert.ok(trace.result.text.startsWith("😀."));
});

test("a run that continues can be continued, with everything before it", async () => {
  const [, , chosen] = whole.result.tokens;
  const next = await goOn(whole, { tokensBefore: 4, token: chosen! });
  const again = await goOn(next, { tokensBefore: 3, token: null, rule: PUBLISHED_RULE });
  const standing = [...whole.result.tokens.slice(0, 4), chosen!, ...next.result.tokens.slice(0, 3)];
  assert.deepEqual(again.request.promptTokens, [...whole.request.promptTokens, ...standing]);
  assert.deepEqual(
    [
      again.request.inheritedTokens,
      again.request.maxTokens,
      again.request.strategy,
      again.request.reproducible,
    ],
    [8, 72, "laser", true],
  );
  assert.deepEqual(again.request.parent, {
    createdAt: next.createdAt,
    file: "a.lasertrace",
    tokensBefore: 3,
    token: null,
    was: next.result.tokens[3],
  });
});

const relaxed = {
  ...whole,
  request: { ...whole.request, strategy: "laser", rule: PUBLISHED_RULE, reproducible: false },
} as const;
const strict = { kind: "strict" } as const;
const guards = { endOfText: false, maxConsecutiveRelaxed: 2, maxNatsGivenUp: 1.5 };
table(
  "the settings are the recorded run's, except for what was chosen",
  [
    {
      name: "strict",
      trace: whole,
      choice: {},
      found: { strategy: "laser-strict", relaxed: PUBLISHED_RULE, reproducible: "on" },
    },
    {
      name: "relaxed",
      trace: relaxed,
      choice: {},
      found: { strategy: "laser", relaxed: PUBLISHED_RULE, reproducible: "off" },
    },
    {
      name: "relaxed, to continue strictly: with the strict promise",
      trace: relaxed,
      choice: { rule: strict },
      found: { strategy: "laser-strict", relaxed: PUBLISHED_RULE, reproducible: "auto" },
    },
    {
      name: "strict, to continue by another rule, with guards",
      trace: whole,
      choice: { rule: { kind: "ratio", topK: 3, alpha: 0.4 }, guards },
      found: {
        strategy: "laser",
        relaxed: { kind: "ratio", topK: 3, alpha: 0.4 },
        reproducible: "on",
        guards,
      },
    },
  ] satisfies readonly {
    name: string;
    trace: Trace;
    choice: Partial<ContinuationChoice>;
    found: Partial<GenerationSettings>;
  }[],
  ({ trace, choice, found }) => {
    const { settings: given } = continuationOf(trace, null, { tokensBefore: 2, token: null, ...choice })!;
    const { guards, sampling, maxTokens, maxDraftTokens, maxTreeTokens, stop } = settings;
    const { minSupport, excludeSubject, jsonSchema, grammar, stopAtLoop } = settings;
    const limits = { maxTokens, maxDraftTokens, maxTreeTokens, minSupport, excludeSubject };
    const recorded = { guards, sampling, stop, stopAtLoop, jsonSchema, grammar, ...limits };
    const own = { draftShape: "chain", planner: "repeatable", systemInUserTurn: false };
    assert.deepEqual(given, { ...recorded, ...own, ...found });
  },
);

const ratio = { kind: "ratio", topK: 3, alpha: 0.4 } as const;
table(
  "a chosen rule keeps what the recorded run drafted from",
  [
    { recorded: "laser", rule: strict, goesOn: "laser-strict", note: null, mayUsePool: true },
    { recorded: "laser", rule: ratio, goesOn: "laser", note: null, mayUsePool: true },
    { recorded: "laser-strict", rule: strict, goesOn: "laser-strict", note: null, mayUsePool: true },
    { recorded: "laser-strict", rule: ratio, goesOn: "laser", note: null, mayUsePool: true },
    { recorded: "prompt-lookup", rule: strict, goesOn: "prompt-lookup", note: null, mayUsePool: false },
    {
      recorded: "prompt-lookup",
      rule: ratio,
      goesOn: "laser",
      note: "prompt-lookup supports only the strict rule: the answer continues with laser.",
      mayUsePool: false,
    },
    { recorded: "plain", rule: strict, goesOn: "plain", note: null, mayUsePool: true },
    {
      recorded: "plain",
      rule: ratio,
      goesOn: "laser",
      note: "plain drafts nothing that a rule could keep: the answer continues with laser.",
      mayUsePool: true,
    },
  ].map((row) => ({ name: `${row.recorded}, then ${row.rule.kind}`, ...row })) as readonly {
    readonly name: string;
    readonly recorded: Strategy;
    readonly rule: Rule;
    readonly goesOn: Strategy;
    readonly note: string | null;
    readonly mayUsePool: boolean;
  }[],
  ({ recorded, rule, goesOn, note, mayUsePool }) => {
    const trace = { ...whole, request: { ...whole.request, strategy: recorded } };
    const found = continuationOf(trace, null, { tokensBefore: 2, token: null, rule })!;
    assert.deepEqual(
      [found.settings.strategy, found.strategyNote, found.mayUsePool],
      [goesOn, note, mayUsePool],
    );
    const same = continuationOf(trace, null, { tokensBefore: 2, token: null })!;
    assert.deepEqual([same.settings.strategy, same.strategyNote], [recorded, null]);
  },
);

table(
  "a recorded answer has no place",
  [
    { name: "before its first token", tokensBefore: -1 },
    { name: "after its last", tokensBefore: whole.result.tokens.length + 1 },
    { name: "between two", tokensBefore: 1.5 },
  ],
  ({ tokensBefore }) => {
    assert.equal(continuationOf(whole, null, { tokensBefore, token: null }), null);
  },
);

interface Refusal {
  readonly name: string;
  readonly choice?: Partial<ContinuationChoice>;
  readonly change?: (from: ContinueFrom) => Partial<ContinueFrom>;
  readonly maxTokens?: number;
  readonly loaded?: Engine;
  readonly says: RegExp;
}
const end = whole.result.tokens.length;
const refusals: readonly Refusal[] = [
  {
    name: "tokens of another model",
    loaded: engineOf("Other words."),
    says: /^continueOtherModel This trace was recorded with scripted, but scripted is loaded\. Choose that model, then continue\.$/,
  },
  {
    name: "an answer that is as long as it may be",
    choice: { tokensBefore: 3 },
    maxTokens: 3,
    says: /^continueNothingLeft 3 tokens of the answer are kept, and no more than 3 may be written\. /,
  },
  {
    name: "an answer that has ended",
    choice: { tokensBefore: end },
    says: /^continueEnded The answer ends there/,
  },
  {
    name: "an end of text as the token to take",
    choice: { tokensBefore: 2, token: whole.result.tokens.at(-1)! },
    says: /^continueEnded /,
  },
  {
    name: "a token outside the vocabulary",
    choice: { tokensBefore: 2, token: 99_999 },
    says: /^tokenOutsideVocabulary Token 99999 at position \d+ /,
  },
  {
    name: "an answer that does not fit into the context",
    loaded: engineOf(TEXT, 80),
    says: /^contextTooSmall /,
  },
  {
    name: "more inherited tokens than there are",
    change: ({ promptTokens }) => ({ inheritedTokens: promptTokens.length }),
    maxTokens: 1000,
    says: /params\.continueFrom\.inheritedTokens must be less than/,
  },
  {
    name: "a chosen token that is not the last",
    change: ({ parent }) => ({ parent: { ...parent, token: 1, tokensBefore: 1 } }),
    says: /params\.continueFrom\.parent\.token must be the last of promptTokens/,
  },
  {
    name: "more kept tokens than were inherited",
    change: ({ parent }) => ({ parent: { ...parent, tokensBefore: 9 } }),
    says: /params\.continueFrom\.parent keeps 9 tokens, of 2 inherited/,
  },
  {
    name: "a token that can't have stood there",
    change: ({ parent }) => ({ parent: { ...parent, was: 99_999 } }),
    says: /params\.continueFrom\.parent\.was must be less than/,
  },
];
table("continuing is refused for", refusals, ({ choice, change, maxTokens, loaded, says }) => {
  const found = continuationOf(whole, null, { tokensBefore: 2, token: null, ...choice })!;
  const from = { ...found.continueFrom, ...change?.(found.continueFrom) };
  const limits = { ...found.settings, maxTokens: maxTokens ?? found.settings.maxTokens };
  assert.throws(
    () => continuePrompt(from, null, limits, loaded ?? engine),
    (error) => {
      assert.ok(error instanceof WorkerError || error instanceof DecodeError, String(error));
      const { code, message, nextStep } = describeError(error);
      assert.match(`${code} ${message} ${nextStep}`, says);
      return true;
    },
  );
});
