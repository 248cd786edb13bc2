// The plan of a benchmark: its arms, the orders in which they take turns, and the pool without the answers to
// the prompt being measured.
import { settingProblem, SETTINGS } from "../../core/settings/index.ts";
import { hash3, Pool, PUBLISHED_RULE, ruleFor, type Rule, type Strategy } from "../../core/laser/index.ts";

/** One of the product's strategies under a rule. */
export interface ArmSpec {
  readonly name: string;
  readonly strategy: Strategy;
  readonly rule: Rule;
}

/** k and p of a relaxed rule. */
export interface RelaxedRule {
  readonly kind: "relaxed";
  readonly topK: number;
  readonly minProbability: number;
}

/**
 * One arm per strategy, and for `laser` one per rule. The baseline, plain, always comes first.
 * Example: laser under the published rule is "laser", under k = 3 and p = 0.05 "laser 3:0.05".
 */
export function armSpecs(strategies: readonly Strategy[], rules: readonly RelaxedRule[]): ArmSpec[] {
  const wanted = new Set<Strategy>(["plain", ...strategies]);
  return [...wanted].flatMap((strategy): ArmSpec[] => {
    if (strategy !== "laser") return [{ name: strategy, strategy, rule: ruleFor(strategy, PUBLISHED_RULE) }];
    return rules.map((rule) => ({ name: laserName(rule), strategy, rule: ruleFor(strategy, rule) }));
  });
}

function laserName({ topK, minProbability }: RelaxedRule): string {
  const isPublished = topK === PUBLISHED_RULE.topK && minProbability === PUBLISHED_RULE.minProbability;
  return isPublished ? "laser" : `laser ${topK}:${minProbability}`;
}

/** "2:0.1,3:0.05" as rules; null if it is malformed or names a rule twice. */
export function parseRules(text: string): RelaxedRule[] | null {
  const rules: RelaxedRule[] = [];
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,3}):(\d(?:\.\d+)?)\s*$/.exec(part);
    const topK = Number(match?.[1] ?? Number.NaN);
    const minProbability = Number(match?.[2] ?? Number.NaN);
    const isInvalid =
      settingProblem(SETTINGS["relaxed.topK"], topK) ??
      settingProblem(SETTINGS["relaxed.minProbability"], minProbability);
    if (isInvalid !== null) return null;
    rules.push({ kind: "relaxed", topK, minProbability });
  }
  return new Set(rules.map(laserName)).size === rules.length ? rules : null;
}

/** 0 … count − 1 in an order that depends only on the seed and two numbers (Fisher–Yates). */
export function shuffled(count: number, seed: number, a: number, b: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((hash3(hash3(seed, a, b), i, 0) / 4294967296) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

export interface PoolAnswer {
  /** The prompt that it answers: left out when that prompt is measured. */
  readonly id: string;
  /** The last tokens of its prompt, indexed before it and not counted; none if this is a later part of an answer. */
  readonly opening?: ArrayLike<number>;
  readonly tokens: ArrayLike<number>;
}

/** Earlier answers as a pool, without those to one prompt and with those that a run has added. */
export class BenchPool {
  private readonly ids: ReadonlySet<string>;
  private whole: Pool | null = null;

  constructor(
    readonly name: string,
    readonly answers: readonly PoolAnswer[],
  ) {
    this.ids = new Set(answers.map(({ id }) => id));
  }

  get tokens(): number {
    return this.answers.reduce((sum, { tokens }) => sum + tokens.length, 0);
  }

  holds(id: string): boolean {
    return this.ids.has(id);
  }

  /** The index for a prompt; prompts with nothing to leave out share one. */
  without(id: string, added: readonly PoolAnswer[] = []): Pool {
    if (added.length === 0 && !this.holds(id)) return (this.whole ??= index(this.answers));
    return index([...this.answers, ...added].filter((answer) => answer.id !== id));
  }
}

function index(answers: readonly PoolAnswer[]): Pool {
  return Pool.build(
    answers.map(({ opening = [], tokens }) => [...Array.from(opening), ...Array.from(tokens)]),
  );
}

/**
 * The parts of an answer that are added to a pool: only transitions to the target's own choice. A relaxed token begins
 * a new entry, so that text which the target did not choose does not reinforce itself.
 */
export function ownTransitions(
  tokens: readonly number[],
  relaxedPlaces: readonly number[],
): readonly (readonly number[])[] {
  const cuts = [0, ...relaxedPlaces, tokens.length];
  return cuts
    .slice(1)
    .map((end, i) => tokens.slice(cuts[i], end))
    .filter((entry) => entry.length > 1);
}
