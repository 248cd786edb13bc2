// Changes of a trace that leave it sound: what a later version, another program or a person might write. A reader must
// take them all.
import { pieces, serialiseTrace, type Trace, type TraceStep } from "../../../core/trace/index.ts";
import { HOSTILE_KEYS, HOSTILE_TEXTS } from "./hostileValues.ts";
import { define, isNode, type JsonNode } from "./jsonTree.ts";
import type { Random } from "../random.ts";

type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;
export type MutableTrace = Mutable<Trace>;

export interface ValidMutation {
  readonly name: string;
  /** The text of a sound trace. */
  readonly apply: (trace: MutableTrace, random: Random) => string;
}

const textOf = (trace: MutableTrace): string => JSON.stringify(trace);
const hostile = (random: Random): string => random.pick(HOSTILE_TEXTS);
/** As a file name, which holds no separators. */
const hostileName = (random: Random): string => hostile(random).replace(/[/\\]/g, "");

export const VALID_MUTATIONS: readonly ValidMutation[] = [
  { name: "nothing", apply: textOf },
  { name: "as it is written", apply: (trace) => serialiseTrace(trace) },
  {
    name: "another layout",
    apply: (trace, random) => {
      const text = JSON.stringify(trace, null, random.pick(["  ", "\t", 7]));
      return random.pick([text, text.replaceAll("\n", "\r\n"), `\ufeff${text}`, `\n\n ${text}\t\r\n`]);
    },
  },
  {
    name: "keys in another order",
    apply: (trace, random) => JSON.stringify(trace, (_, value: unknown) => reordered(value, random)),
  },
  {
    name: "unknown keys",
    apply: (trace, random) => {
      addKeys(trace, random);
      return textOf(trace);
    },
  },
  {
    name: "other durations",
    apply: (trace, random) => {
      const factor = random.pick([0, 1e-6, 0.5, 3, 1e6]);
      for (const step of trace.steps)
        for (const name of ["draftMs", "verifyMs", "otherMs"] as const) step[name] *= factor;
      trace.result.prefillMs = random.pick([null, 0, 12.5]);
      return textOf(trace);
    },
  },
  {
    name: "other names",
    apply: (trace, random) => {
      const { request, model, device, pool } = trace;
      trace.generator = hostile(random) || "x";
      request.promptFile = random.pick([null, hostile(random)]);
      request.rendered = hostile(random);
      request.messages = [{ role: hostile(random) || "user", content: hostile(random) }];
      [model.name, model.file, model.tokenizerFingerprint] = [
        hostile(random),
        hostileName(random),
        hostile(random),
      ];
      device.names = [hostile(random), hostile(random)];
      if (pool === null) return textOf(trace);
      pool.name = hostile(random);
      for (const entry of Object.values(pool.entryNames)) {
        entry.id = hostile(random);
        entry.group = random.pick([null, hostile(random)]);
        entry.text = hostile(random);
      }
      return textOf(trace);
    },
  },
  {
    name: "other texts of tokens",
    apply: (trace, random) => {
      // What ends a text, or adds nothing to it, decides verdicts: it stays.
      const texts = Object.keys(trace.tokens).filter((id) => typeof trace.tokens[id] === "string");
      for (const id of texts) if (random.below(3) === 0) trace.tokens[id] = hostile(random);
      return textOf(withOwnText(trace));
    },
  },
  {
    name: "another origin of drafts",
    apply: (trace, random) => {
      for (const drafted of trace.steps.flatMap(({ draft }) => draft)) {
        drafted.matchTokens = random.pick([0, 1, 1000, 2 ** 53 - 1]);
        drafted.count = random.pick([0, 1, 2 ** 31]);
        drafted.share = random.next();
        drafted.chance = random.pick([0, 1, random.next(), 5e-324]);
        drafted.entries = random.pick([[], [0], [3, 3, 3], [2 ** 31, 2 ** 53 - 1]]);
      }
      return textOf(trace);
    },
  },
  { name: "no pool", apply: (trace) => textOf({ ...trace, pool: null }) },
  {
    name: "fewer candidates",
    apply: (trace, random) => {
      const rows = trace.steps.flatMap((step) => step.rows);
      for (const row of rows) {
        const kept = 1 + random.below(row.ids.length);
        row.ids = row.ids.slice(0, kept);
        row.logits = row.logits.slice(0, kept);
      }
      return textOf(trace);
    },
  },
  {
    name: "stopped or failed early",
    apply: (trace, random) => {
      trace.steps = trace.steps.slice(0, random.below(trace.steps.length + 1));
      const committed = trace.steps.reduce((sum, step) => sum + keptIn(step) + 1, 0);
      trace.result.tokens = trace.result.tokens.slice(0, committed);
      const error = { code: hostile(random) || "x", message: hostile(random) };
      const end = random.pick([{ finish: "stopped" as const }, { finish: "failed" as const, error }]);
      return textOf(withOwnText({ ...trace, result: { ...trace.result, ...end } }));
    },
  },
  {
    name: "the run continues from another",
    apply: (trace, random) => {
      const { promptTokens } = trace.request;
      trace.request.inheritedTokens = promptTokens.length - 1;
      trace.request.parent = {
        createdAt: hostile(random),
        file: random.pick([null, hostileName(random)]),
        tokensBefore: promptTokens.length - 2,
        token: random.pick([null, promptTokens.at(-1)!]),
        was: random.pick([null, promptTokens[0]!]),
      };
      return textOf(withOwnText(trace));
    },
  },
];

function keptIn({ verdicts }: Mutable<TraceStep>): number {
  return verdicts.filter(({ kind }) => kind === "accepted" || kind === "relaxed").length;
}

function withOwnText(trace: MutableTrace): MutableTrace {
  const joined = pieces(trace).map(({ text }) => text);
  return { ...trace, result: { ...trace.result, text: joined.join("") } };
}

function reordered(value: unknown, random: Random): unknown {
  if (!isNode(value) || Array.isArray(value)) return value;
  const entries = Object.entries(value).map((entry) => [random.next(), entry] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, entry]) => entry));
}

/** Keys that no version has, in some of the objects, with values of any shape. */
function addKeys(node: JsonNode, random: Random): void {
  for (const child of Object.values(node)) if (isNode(child)) addKeys(child, random);
  if (Array.isArray(node) || random.below(4) > 0) return;
  const key = random.pick([...HOSTILE_KEYS, "later"]);
  const value = random.pick<unknown>([
    null,
    1e300,
    hostile(random),
    [[[1]]],
    { nested: { deeper: [hostile(random)] } },
  ]);
  if (!Object.hasOwn(node, key) && !/^\d+$/.test(key)) define(node, key, value);
}
