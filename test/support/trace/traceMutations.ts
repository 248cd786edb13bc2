// Seeded changes of sound traces, from gentle ones to broken texts, for properties that hold for any file.
import fc from "fast-check";
import { parseTrace, type Trace } from "../../../core/trace/index.ts";
import { VALID_MUTATIONS, type MutableTrace } from "./validMutations.ts";
import {
  EDGE_NUMBERS,
  HOSTILE_KEYS,
  HOSTILE_TEXTS,
  stringifyHostile,
  type Literal,
} from "./hostileValues.ts";
import {
  define,
  isNode,
  randomPlace,
  removeAt,
  setAt,
  valueAt,
  type JsonObject,
  type Place,
} from "./jsonTree.ts";
import { below } from "../property.ts";
import { seededRandom, type Random } from "../random.ts";
import { randomTrace } from "./randomTraces.ts";

export interface Mutated {
  /** What was changed, e.g. "gentle: other names" or "value: /steps/1/draftMs". */
  readonly name: string;
  /** The sound trace it was made from. */
  readonly from: Trace;
  readonly text: string;
}

type Change = (document: JsonObject, random: Random) => string | null;

/** A sound trace: a given one, or of a seeded run. */
interface Origin {
  readonly given: number | null;
  readonly seed: number;
  readonly maxSteps: number;
}

/** Which change, and the seed of its choices. */
type Kind =
  | { readonly kind: "gentle" | "text"; readonly which: number; readonly seed: number }
  | { readonly kind: "document"; readonly which: readonly number[]; readonly seed: number };

/**
 * Traces with a change. A failure is made smaller by fewer steps and fewer changes.
 * @param given sound traces that are changed as well as seeded ones, as texts
 */
export function mutatedTraces(given: readonly string[]): fc.Arbitrary<Mutated> {
  const origin: fc.Arbitrary<Origin> = fc.record({
    given: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: below(given.length) },
    ),
    seed: below(5000).map((seed) => 1 + seed),
    maxSteps: below(6).map((steps) => 1 + steps),
  });
  const seed = below(2 ** 31);
  const kindOf = (kind: "gentle" | "text", count: number) =>
    fc.record({ kind: fc.constant(kind), which: below(count), seed });
  const change: fc.Arbitrary<Kind> = fc.oneof(
    { weight: 6, arbitrary: kindOf("gentle", VALID_MUTATIONS.length) },
    {
      weight: 11,
      arbitrary: fc.record({
        kind: fc.constant("document" as const),
        // Mostly one: two changes are refused for either.
        which: fc.oneof(
          { withCrossShrink: true },
          { weight: 3, arbitrary: fc.tuple(below(CHANGES.length)) },
          { weight: 1, arbitrary: fc.tuple(below(CHANGES.length), below(CHANGES.length)) },
        ),
        seed,
      }),
    },
    { weight: 3, arbitrary: kindOf("text", TEXT_CHANGES.length) },
  );
  return fc.tuple(origin, change).map(([from, how]) => mutated(from, how, given));
}

function mutated({ given, seed, maxSteps }: Origin, change: Kind, texts: readonly string[]): Mutated {
  const random = seededRandom(change.seed);
  const from = given === null ? randomTrace(seed, maxSteps) : parseTrace(texts[given]!);
  const copy = JSON.parse(JSON.stringify(from)) as JsonObject;
  switch (change.kind) {
    case "gentle": {
      const { name, apply } = VALID_MUTATIONS[change.which]!;
      return { name: `gentle: ${name}`, from, text: apply(copy as unknown as MutableTrace, random) };
    }
    case "document": {
      const names = change.which.flatMap((which) => {
        const [name, apply] = CHANGES[which]!;
        const where = apply(copy, random);
        return where === null ? [] : [`${name} ${where}`];
      });
      return { name: `document: ${names.join(", ")}`, from, text: stringifyHostile(copy) };
    }
    case "text": {
      const [name, apply] = TEXT_CHANGES[change.which]!;
      return { name: `text: ${name}`, from, text: apply(JSON.stringify(from), random) };
    }
  }
}

const isNumber = (value: unknown): boolean => typeof value === "number";
const isText = (value: unknown): boolean => typeof value === "string";
const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const isJsonObject = (value: unknown): value is JsonObject => isNode(value) && !Array.isArray(value);

/** Changes the value at one matching place. */
function atPlace(fits: (value: unknown) => boolean, change: (place: Place, random: Random) => void): Change {
  return (document, random) => {
    const place = randomPlace(document, random, fits);
    if (place === null) return null;
    change(place, random);
    return place.key;
  };
}

const toEdge = atPlace(isNumber, (place, random) => {
  setAt(place, random.pick(EDGE_NUMBERS));
});
const toNear = atPlace(isNumber, (place, random) => {
  const value = Number(valueAt(place));
  setAt(place, random.pick([value + 1, value - 1, -value, value * 2, value + 1e-9, value * 1e6]));
});

const CHANGES: readonly (readonly [string, Change])[] = [
  ["edge number", toEdge],
  ["edge number", toEdge],
  ["near number", toNear],
  [
    "hostile text",
    atPlace(isText, (place, random) => {
      setAt(place, random.pick(HOSTILE_TEXTS));
    }),
  ],
  [
    "other type",
    atPlace(
      () => true,
      (place, random) => {
        setAt(place, random.pick<unknown>([null, true, 0, "", "strict", [], {}, [null], { kind: "strict" }]));
      },
    ),
  ],
  ["key dropped", atPlace(() => true, removeAt)],
  [
    "key renamed",
    atPlace(isJsonObject, (place, random) => {
      const node = valueAt(place) as JsonObject;
      const keys = Object.keys(node);
      if (keys.length === 0) return;
      const key = random.pick(keys);
      const value = node[key];
      Reflect.deleteProperty(node, key);
      define(node, random.pick([...HOSTILE_KEYS, `${key} `, key.toUpperCase()]), value);
    }),
  ],
  [
    "deep value",
    atPlace(isJsonObject, (place, random) => {
      const depth = random.pick([10, 100, 3000, 30_000]);
      const value: Literal = { literal: `${"[".repeat(depth)}${"]".repeat(depth)}` };
      define(valueAt(place) as JsonObject, random.pick([...HOSTILE_KEYS, "version", "later"]), value);
    }),
  ],
  [
    "list changed",
    atPlace(isList, (place, random) => {
      const list = valueAt(place) as unknown[];
      const at = random.below(list.length);
      const shapes = [
        () => list.slice(0, at),
        () => list.slice(at),
        () => [...list, ...list],
        () => [...list].reverse(),
        () => [...list.slice(0, at), list[at], ...list.slice(at)],
        () => [],
      ];
      setAt(place, random.pick(shapes)());
    }),
  ],
  [
    "value moved",
    (document, random) => {
      const from = randomPlace(document, random);
      if (from === null) return null;
      const sameKey = from.key;
      const to = randomPlace(document, random, (value) => typeof value === typeof valueAt(from));
      if (to === null) return null;
      setAt(to, structuredClone(valueAt(from)));
      return `${sameKey} to ${to.key}`;
    },
  ],
  [
    "verdicts and rows of another step",
    (document, random) => {
      const steps = (Array.isArray(document.steps) ? document.steps : []).filter(isJsonObject);
      if (steps.length < 2) return null;
      const [a, b] = [random.pick(steps), random.pick(steps)];
      const key = random.pick(["verdicts", "rows", "draft", "plan", "alternatives", "next"]);
      [a[key], b[key]] = [b[key], a[key]];
      return key;
    },
  ],
  [
    "another shape",
    (document, random) => {
      const steps = (Array.isArray(document.steps) ? document.steps : []).filter(isJsonObject);
      const drafted = steps.flatMap(({ draft }) => (Array.isArray(draft) ? draft.filter(isJsonObject) : []));
      if (drafted.length === 0) return null;
      if (random.below(2) === 0) {
        random.pick(drafted).parent = random.pick<unknown>([
          -1,
          0,
          1,
          2,
          5,
          4096,
          -2,
          2 ** 53,
          0.5,
          null,
          "0",
        ]);
        return "parent";
      }
      const step = random.pick(steps);
      step.path = random.pick<unknown>([
        [],
        [0],
        [0, 1],
        [1, 0],
        [0, 0],
        [4095],
        [-1],
        null,
        Array(40).fill(0),
      ]);
      return "path";
    },
  ],
  [
    "another rule",
    (document, random) => {
      if (!isJsonObject(document.request)) return null;
      document.request.rule = random.pick([
        { kind: "strict" },
        { kind: "relaxed", topK: 1, minProbability: 1 },
        { kind: "delta", topK: 2 ** 53, delta: 0 },
        { kind: "ratio", topK: 3, alpha: 5e-324 },
      ]);
      return "rule";
    },
  ],
];

const TEXT_CHANGES: readonly (readonly [string, (text: string, random: Random) => string])[] = [
  ["cut", (text, random) => text.slice(0, random.below(text.length))],
  ["cut at the front", (text, random) => text.slice(random.below(text.length))],
  [
    "a hole",
    (text, random) => {
      const at = random.below(text.length);
      return text.slice(0, at) + text.slice(at + 1 + random.below(60));
    },
  ],
  [
    "a bit turned",
    (text, random) => {
      const bytes = new TextEncoder().encode(text);
      for (let i = random.below(3); i >= 0; i--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      return new TextDecoder().decode(bytes);
    },
  ],
  [
    "a digit changed",
    (text, random) => {
      const at = text.indexOf(String(random.below(10)), random.below(text.length));
      return at < 0 ? text : `${text.slice(0, at)}${random.below(10)}${text.slice(at + 1)}`;
    },
  ],
  [
    "text put in",
    (text, random) => {
      const at = random.below(text.length);
      return (
        text.slice(0, at) +
        random.pick([...HOSTILE_TEXTS, "{", "]", '"', ",", "\\u0000", "//"]) +
        text.slice(at)
      );
    },
  ],
  [
    "key twice",
    (text, random) => {
      const key = random.pick(["version", "steps", "tokens", "request", "format"]);
      return text.replace("{", `{"${key}":${random.pick(["1", "null", "[]", "{}", '"lasertrace"'])},`);
    },
  ],
  [
    "deep brackets",
    (_, random) =>
      random.pick(["[", '{"a":', '{"format":"lasertrace","version":[']).repeat(1 + random.below(20_000)),
  ],
  [
    "only hostile text",
    (_, random) => random.pick([...HOSTILE_TEXTS, "GGUF\0", "PK\u0003\u0004", "null", "[]", "{}"]),
  ],
];
