// Settings of a what-if as they are written on the command line.
import assert from "node:assert/strict";
import { CliError } from "../../../../../server/cli/errors.ts";
import { settingName } from "../../../../../server/cli/terminal/whatIfOutput.ts";
import { parseSetting, type Setting } from "../../../../../server/cli/options/whatIfSetting.ts";
import { DEFAULT_GUARDS, type Guards, type Rule } from "../../../../../core/laser/index.ts";
import { table } from "../../../../support/check.ts";
import { smallTrace } from "../../../core/trace/smallRun.ts";

const RECORDED: Setting = {
  rule: { kind: "delta", topK: 4, delta: 0.3 },
  guards: { endOfText: false, maxConsecutiveRelaxed: 3, maxNatsGivenUp: null },
};
const STRICT: Setting = { rule: { kind: "strict" }, guards: DEFAULT_GUARDS };
const relaxed = (topK: number, minProbability: number): Rule => ({ kind: "relaxed", topK, minProbability });

interface Case {
  readonly name: string;
  readonly recorded?: Setting;
  readonly rule: Rule;
  readonly guards?: Partial<Guards>;
}

const CASES: readonly Case[] = [
  { name: "strict", rule: { kind: "strict" } },
  { name: "k=3,p=0.05", rule: relaxed(3, 0.05) },
  { name: " k = 3 , p = 0 ", rule: relaxed(3, 0) },
  { name: "p=0.05", rule: relaxed(4, 0.05) },
  { name: "k=2", rule: { kind: "delta", topK: 2, delta: 0.3 } },
  { name: "k=2,delta=0.1", rule: { kind: "delta", topK: 2, delta: 0.1 } },
  { name: "alpha=0.5", rule: { kind: "ratio", topK: 4, alpha: 0.5 } },
  { name: "consecutive=1", rule: RECORDED.rule, guards: { maxConsecutiveRelaxed: 1 } },
  {
    name: "consecutive=off,nats=5",
    rule: RECORDED.rule,
    guards: { maxConsecutiveRelaxed: null, maxNatsGivenUp: 5 },
  },
  { name: "k=5", recorded: STRICT, rule: relaxed(5, 0.1) },
  { name: "alpha=1", recorded: STRICT, rule: { kind: "ratio", topK: 2, alpha: 1 } },
  { name: "nats=2.5", recorded: STRICT, rule: { kind: "strict" }, guards: { maxNatsGivenUp: 2.5 } },
];

table("the setting", CASES, ({ name, recorded = RECORDED, rule, guards }) => {
  assert.deepEqual(parseSetting(name)(recorded), { rule, guards: { ...recorded.guards, ...guards } });
});

table(
  "refuses the setting",
  [
    { name: "", reason: /not one of k=/ },
    { name: "k", reason: /“k” is not one of/ },
    { name: "k=", reason: /not one of/ },
    { name: "k=1=2", reason: /not one of/ },
    { name: "K=2", reason: /not one of/ },
    { name: "k=2,k=3", reason: /twice/ },
    { name: "k=0", reason: /whole number from 1/ },
    { name: "k=1.5", reason: /whole number/ },
    { name: "p=2", reason: /from 0 to 1/ },
    { name: "p=off", reason: /a number/ },
    { name: "p=0.1,delta=0.1", reason: /p and delta belong to different rules/ },
    { name: "consecutive=-1", reason: /from 0/ },
    { name: "nats=many", reason: /a number/ },
    { name: "strict,nats=1", reason: /not one of/ },
  ],
  ({ name, reason }) => {
    assert.throws(
      () => parseSetting(name),
      (error) =>
        error instanceof CliError && error.fault.tag === "optionInvalid" && reason.test(error.fault.reason),
    );
  },
);

table(
  "the name of a setting",
  [
    { name: "a whole answer", inherited: 0, said: "at most 5 nats given up in the answer" },
    {
      name: "a run that continues",
      inherited: 3,
      said: "at most 5 nats given up in the rest of the answer",
    },
  ],
  ({ inherited, said }) => {
    const setting = { rule: relaxed(2, 0.1), guards: { ...DEFAULT_GUARDS, maxNatsGivenUp: 5 } };
    const request = { ...smallTrace().request, inheritedTokens: inherited };
    assert.equal(settingName(setting, request), `relaxed rule (rank ≤ 2 and p > 0.1), ${said}`);
  },
);
