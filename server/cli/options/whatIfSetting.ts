// Parses the setting of a what-if on the command line: "strict", or k=3,p=0.05,consecutive=2,nats=5.
import { PUBLISHED_RULE, type Guards, type Rule } from "../../../core/laser/index.ts";
import { SETTINGS, type NumberSetting } from "../../../core/settings/index.ts";
import { CliError } from "../errors.ts";
import { decimal, wholeNumber } from "./options.ts";

export interface Setting {
  readonly rule: Rule;
  readonly guards: Guards;
}

const OPTION = "--what-if";
const KEYS = ["k", "p", "delta", "alpha", "consecutive", "nats"] as const;
type Key = (typeof KEYS)[number];
/** The word that removes a guard. */
const OFF = "off";

/**
 * A parser of settings. What a text leaves out stays as recorded; a rule without k or p uses the published ones.
 * @throws CliError optionInvalid
 */
export function parseSetting(text: string): (recorded: Setting) => Setting {
  if (text.trim() === "strict") return ({ guards }) => ({ rule: { kind: "strict" }, guards });
  const given = new Map<Key, string>();
  for (const part of text.split(",")) {
    const [name = "", value = "", ...rest] = part.split("=").map((side) => side.trim());
    const key = KEYS.find((one) => one === name);
    if (key === undefined || value === "" || rest.length > 0)
      invalid(
        text,
        `“${part.trim()}” is not one of k=, p=, delta=, alpha=, consecutive=, nats= with a value`,
      );
    if (given.has(key)) invalid(text, `${key} is given twice`);
    given.set(key, value);
  }
  const limits = ["p", "delta", "alpha"].filter((key) => given.has(key as Key));
  if (limits.length > 1)
    invalid(text, `${limits.join(" and ")} belong to different rules: give one of p, delta and alpha`);
  const topK = numberOf(given, "k", wholeNumber(`${OPTION} k`, bounds(SETTINGS["relaxed.topK"])));
  const share = (key: "p" | "delta" | "alpha"): number | null =>
    numberOf(given, key, decimal(`${OPTION} ${key}`, { min: 0, max: 1 }));
  const [p, delta, alpha] = [share("p"), share("delta"), share("alpha")];
  const guard = (key: "consecutive" | "nats", parse: (value: string) => number, recorded: number | null) =>
    given.get(key) === OFF ? null : (numberOf(given, key, parse) ?? recorded);
  const consecutive = wholeNumber(`${OPTION} consecutive`, {
    ...bounds(SETTINGS["guards.maxConsecutiveRelaxed"]),
    orWord: OFF,
  });
  const nats = decimal(`${OPTION} nats`, { ...bounds(SETTINGS["guards.maxNatsGivenUp"]), orWord: OFF });
  const guardsOf = (recorded: Guards): Guards => ({
    endOfText: recorded.endOfText,
    maxConsecutiveRelaxed: guard("consecutive", consecutive, recorded.maxConsecutiveRelaxed),
    maxNatsGivenUp: guard("nats", nats, recorded.maxNatsGivenUp),
  });
  guardsOf({ endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null }); // Report faults at once.
  return ({ rule, guards }) => ({ rule: ruleOf(rule, topK, { p, delta, alpha }), guards: guardsOf(guards) });
}

function bounds({ minimum = 0, maximum }: NumberSetting): { readonly min: number; readonly max: number } {
  return { min: minimum, max: maximum };
}

interface Bounds {
  readonly p: number | null;
  readonly delta: number | null;
  readonly alpha: number | null;
}

function ruleOf(recorded: Rule, k: number | null, { p, delta, alpha }: Bounds): Rule {
  const topK = k ?? (recorded.kind === "strict" ? PUBLISHED_RULE.topK : recorded.topK);
  if (delta !== null) return { kind: "delta", topK, delta };
  if (alpha !== null) return { kind: "ratio", topK, alpha };
  if (p !== null) return { kind: "relaxed", topK, minProbability: p };
  if (k === null) return recorded; // Only guards were given.
  return recorded.kind === "strict" ? { ...PUBLISHED_RULE, topK } : { ...recorded, topK };
}

function numberOf(
  given: ReadonlyMap<Key, string>,
  key: Key,
  parse: (value: string) => number,
): number | null {
  const value = given.get(key);
  return value === undefined ? null : parse(value);
}

function invalid(value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option: OPTION, value, reason });
}
