// A grammar compiled to a network: what may follow, byte by byte. Rules are called and return, so it has a stack.
import { utf8Of, utf8Ranges } from "./codePoints.ts";
import { checkBound, GrammarError } from "./errors.ts";
import type { Expression, Grammar } from "./expression.ts";

const MAX_NODES = 100_000;
const MAX_RULES = 4000;

/** The end of every rule. */
export const END = 0;
const NODE_END = 0;
/** Reads one byte from low … high, then continues at `next`. */
export const NODE_BYTES = 1;
/** Continues at any of the nodes of `lists[node]`. */
export const NODE_SPLIT = 2;
/** Reads rule `low`, then continues at `next`. */
export const NODE_CALL = 3;

/** Columns by node. Nodes from which no text ends the rule are marked dead. */
export interface Network {
  readonly kinds: Uint8Array;
  readonly low: Int32Array;
  readonly high: Uint8Array;
  readonly next: Int32Array;
  readonly lists: ReadonlyMap<number, readonly number[]>;
  /** By rule: its first node. */
  readonly entries: readonly number[];
  readonly isDead: Uint8Array;
  readonly root: number;
}

/**
 * @param subject what the source is called if nothing matches
 * @throws GrammarError leftRecursion, nothingMatches, grammarTooLarge
 */
export function compileNetwork(grammar: Grammar, subject: "grammar" | "JSON schema"): Network {
  const network = new Builder(grammar).build();
  const isProductive = reachingEnd(network, true);
  const isNullable = reachingEnd(network, false);
  if (isProductive[network.entries[network.root]!] === 0)
    throw new GrammarError({ tag: "nothingMatches", subject });
  checkLeftRecursion(network, isNullable, [...grammar.rules.keys()]);
  return { ...network, isDead: isProductive.map((is) => 1 - is) };
}

type Columns = Omit<Network, "isDead">;

class Builder {
  private readonly kinds: number[] = [NODE_END];
  private readonly low: number[] = [0];
  private readonly high: number[] = [0];
  private readonly next: number[] = [END];
  private readonly lists = new Map<number, readonly number[]>();
  private readonly indices = new Map<string, number>();
  private readonly entries: number[] = [];
  /** Rules of repeated and of frequent parts, by what they match. */
  private readonly unnamed = new Map<Expression | string, number>();

  constructor(private readonly grammar: Grammar) {
    checkBound(grammar.rules.size, "rules", MAX_RULES);
    for (const name of grammar.rules.keys()) {
      this.indices.set(name, this.entries.length);
      this.entries.push(END);
    }
  }

  build(): Columns {
    for (const [name, expression] of this.grammar.rules)
      this.entries[this.indices.get(name)!] = this.before(expression, END);
    return {
      kinds: Uint8Array.from(this.kinds),
      low: Int32Array.from(this.low),
      high: Uint8Array.from(this.high),
      next: Int32Array.from(this.next),
      lists: this.lists,
      entries: this.entries,
      root: this.indices.get(this.grammar.root)!,
    };
  }

  /** The node that reads the expression and then continues at `next`. */
  private before(expression: Expression, next: number): number {
    switch (expression.kind) {
      case "text":
        return utf8Of(expression.text).reduceRight(
          (after, byte) => this.add(NODE_BYTES, byte, byte, after),
          next,
        );
      case "characters":
        return this.characters(expression, next);
      case "sequence":
        return expression.items.reduceRight((after, item) => this.before(item, after), next);
      case "choice":
        return this.split(expression.items.map((item) => this.before(item, next)));
      case "repeat":
        return this.repeated(expression, next);
      case "rule":
        return this.add(NODE_CALL, this.indices.get(expression.name)!, 0, next);
    }
  }

  private characters({ of }: Expression & { readonly kind: "characters" }, next: number): number {
    const [only, ...others] = utf8Ranges(of);
    if (only?.length === 1 && others.length === 0)
      return this.add(NODE_BYTES, only[0]![0], only[0]![1], next);
    const key = JSON.stringify(of);
    const rule = this.ruleFor(key, () => {
      const nodes = utf8Ranges(of).map((bytes) =>
        bytes.reduceRight((after, [low, high]) => this.add(NODE_BYTES, low, high, after), END),
      );
      return this.split(nodes);
    });
    return this.add(NODE_CALL, rule, 0, next);
  }

  private repeated({ item, min, max }: Expression & { readonly kind: "repeat" }, next: number): number {
    const once = (after: number): number => {
      const rule = this.ruleFor(item, () => this.before(item, END));
      return this.add(NODE_CALL, rule, 0, after);
    };
    if (min === 0 && max === 1) return this.split([this.before(item, next), next]);
    if (min === 1 && max === 1) return this.before(item, next);
    let node = next;
    if (max === null) {
      node = this.add(NODE_SPLIT, 0, 0, END);
      this.lists.set(node, [once(node), next]);
    } else for (let i = min; i < max; i++) node = this.split([once(node), next]);
    for (let i = 0; i < min; i++) node = once(node);
    return node;
  }

  /** A rule without a name, made once for each key. */
  private ruleFor(key: Expression | string, make: () => number): number {
    const known = this.unnamed.get(key);
    if (known !== undefined) return known;
    const rule = this.entries.length;
    this.entries.push(END);
    this.unnamed.set(key, rule);
    this.entries[rule] = make();
    return rule;
  }

  private split(nodes: readonly number[]): number {
    if (nodes.length === 1) return nodes[0]!;
    const node = this.add(NODE_SPLIT, 0, 0, END);
    this.lists.set(node, nodes);
    return node;
  }

  private add(kind: number, low: number, high: number, next: number): number {
    checkBound(this.kinds.length + 1, "nodes", MAX_NODES);
    this.low.push(low);
    this.high.push(high);
    this.next.push(next);
    return this.kinds.push(kind) - 1;
  }
}

/** The nodes from which the end is reached. @param byBytes whether bytes may be read on the way */
function reachingEnd({ kinds, low, next, lists, entries }: Columns, byBytes: boolean): Uint8Array {
  const holds = new Uint8Array(kinds.length);
  holds[END] = 1;
  const holdsAt = (node: number): boolean => {
    switch (kinds[node]) {
      case NODE_BYTES:
        return byBytes && holds[next[node]!] === 1;
      case NODE_SPLIT:
        return lists.get(node)!.some((one) => holds[one] === 1);
      case NODE_CALL:
        return holds[entries[low[node]!]!] === 1 && holds[next[node]!] === 1;
      case undefined:
      default:
        return true;
    }
  };
  // Both ways in turn, so that neither order of rules needs a pass for each of them.
  for (let changed = true, isUpward = true; changed; isUpward = !isUpward) {
    changed = false;
    for (let i = 0; i < kinds.length; i++) {
      const node = isUpward ? i : kinds.length - 1 - i;
      if (holds[node] === 1 || !holdsAt(node)) continue;
      holds[node] = 1;
      changed = true;
    }
  }
  return holds;
}

/** A rule that calls itself before it has read a byte could do so forever. @throws GrammarError leftRecursion */
function checkLeftRecursion(
  { kinds, low, next, lists, entries }: Columns,
  isNullable: Uint8Array,
  names: readonly string[],
): void {
  /** By rule: the rules that it may call before it has read a byte. */
  const firstCalls = entries.map((entry) => {
    const calls = new Set<number>();
    const seen = new Set<number>();
    const open = [entry];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      if (kinds[node] === NODE_SPLIT) open.push(...lists.get(node)!);
      if (kinds[node] !== NODE_CALL) continue;
      calls.add(low[node]!);
      if (isNullable[entries[low[node]!]!] === 1) open.push(next[node]!);
    }
    return calls;
  });
  // A rule is settled once all that it begins with are; what can't be settled is on a cycle or leads to one.
  const settled = new Uint8Array(entries.length);
  for (let changed = true; changed;) {
    changed = false;
    firstCalls.forEach((calls, rule) => {
      if (settled[rule] === 1 || ![...calls].every((one) => settled[one] === 1)) return;
      settled[rule] = 1;
      changed = true;
    });
  }
  const unsettled = settled.indexOf(0);
  if (unsettled < 0) return;
  const path = new Set<number>();
  let rule = unsettled;
  for (; !path.has(rule); rule = [...firstCalls[rule]!].find((one) => settled[one] === 0)!) path.add(rule);
  const circle = [...path].slice([...path].indexOf(rule));
  const named = circle.find((one) => one < names.length) ?? rule;
  throw new GrammarError({ tag: "leftRecursion", rule: names[named] ?? "" });
}
