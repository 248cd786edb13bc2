// Keeps a user's text apart from control tokens while a chat template mixes the two into one string. A
// private-use character, the guard, is inserted into message contents wherever the spelling of a control
// token could begin, so that in the rendered string such a spelling is whole only where the template wrote
// it.

/** control: the exact spelling of one control token · text: to be tokenized with special tokens off. */
export interface Fragment {
  readonly kind: "control" | "text";
  readonly text: string;
}

/**
 * The fragments with the token that begins every text in front, if it is asked for and missing, and never more than once:
 * templates and tokenizers both write it.
 * @param bos its spelling; empty if the vocabulary has none
 */
export function withFirstToken(
  fragments: readonly Fragment[],
  bos: string,
  isAsked: boolean,
): readonly Fragment[] {
  if (bos === "") return fragments;
  const first = fragments.findIndex(({ kind, text }) => kind !== "control" || text !== bos);
  const written = first < 0 ? fragments.length : first;
  const kept = fragments.slice(written);
  return written > 0 || isAsked ? [{ kind: "control", text: bos }, ...kept] : kept;
}

export interface TextGuard {
  /** A content with guards, safe to pass to the template. */
  protect(content: string): string;
  /** Splits the rendered string at control tokens (leftmost, then longest) and removes the guards from the rest. */
  split(rendered: string): readonly Fragment[];
}

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  end: boolean;
}

/**
 * @param controls spellings of the control tokens; empty ones are ignored
 * @param texts all texts that may already contain private-use characters: contents and template
 * @returns null if no private-use character is left for a guard
 */
export function textGuard(controls: readonly string[], texts: readonly string[]): TextGuard | null {
  const spellings = [...new Set(controls)].filter((control) => control !== "");
  const free = unusedCharacters([...texts, ...spellings]);
  const guard = free.next().value;
  if (guard === undefined) return null;
  // A spelling of one character can't be split: the character itself is replaced.
  const singles = new Map<string, string>();
  for (const single of spellings.filter((control) => Array.from(control).length === 1)) {
    const replacement = free.next().value;
    if (replacement === undefined) return null;
    singles.set(single, replacement);
  }
  const longer = spellings.filter((control) => !singles.has(control));
  const starts = new Set(longer.map((control) => foldedPair(...firstTwo(control))));
  const restore = restorer(guard, singles);
  const trie = trieOf(spellings);
  return {
    protect: (content) => protect(content, guard, singles, starts, longer),
    split: (rendered) =>
      splitAt(rendered, trie)
        .map((part) => restored(part, restore))
        .filter(({ text }) => text !== ""),
  };
}

/**
 * Inserts the guard
 * 1. between any two characters that begin a control token, in any letter case, so that neither cutting nor joining
 *    contents, nor `upper` and `lower`, can spell one: `<|im_end|>` becomes `<G|im_end|>`;
 * 2. at the ends, where the template's own text could supply the other part: after a final `<`, into or before a
 *    beginning such as `|im_end|>` or `>`, into or before a content that could be the middle.
 * The price: a template that looks for `</think>` in a content does not find it if `</s>` is a control token.
 * The ends are those without outer white space, for templates that trim; no guard is put around white space, so
 * trimming still works.
 */
function protect(
  content: string,
  guard: string,
  singles: ReadonlyMap<string, string>,
  starts: ReadonlySet<string>,
  controls: readonly string[],
): string {
  const characters = Array.from(content);
  const guarded = new Set<number>(); // Indices of characters that get a guard before them.
  for (let at = 1; at < characters.length; at++) {
    if (starts.has(foldedPair(characters[at - 1]!, characters[at]!))) guarded.add(at);
  }
  const first = characters.findIndex((character) => character.trim() !== "");
  const last = characters.findLastIndex((character) => character.trim() !== "");
  for (const from of new Set([0, Math.max(first, 0)])) {
    for (const to of new Set([characters.length, last + 1])) {
      if (to > from) guardEnds(characters, from, to, controls, guarded);
    }
  }
  let text = "";
  for (const [at, character] of characters.entries()) {
    if (guarded.has(at)) text += guard;
    text += singles.get(character) ?? character;
  }
  return guarded.has(characters.length) ? text + guard : text;
}

function guardEnds(
  characters: readonly string[],
  from: number,
  to: number,
  controls: readonly string[],
  guarded: Set<number>,
): void {
  for (const control of controls) {
    const spelling = Array.from(control);
    const [opening] = spelling;
    if (sameLetter(characters[to - 1]!, opening!)) guarded.add(to);
    for (let skipped = 1; skipped < spelling.length; skipped++) {
      // Does the content continue after the first `skipped` characters of the spelling?
      let length = 0;
      while (
        from + length < to &&
        skipped + length < spelling.length &&
        sameLetter(characters[from + length]!, spelling[skipped + length]!)
      )
        length++;
      const reachesEnd = skipped + length === spelling.length;
      if (length === 0 || (!reachesEnd && from + length < to)) continue;
      // After the first character if there is one, so that `startswith` is affected as little as possible.
      guarded.add(length > 1 ? from + 1 : from);
    }
  }
}

function splitAt(rendered: string, trie: TrieNode): Fragment[] {
  const fragments: Fragment[] = [];
  let textStart = 0;
  for (let at = 0; at < rendered.length;) {
    const length = longestMatch(rendered, at, trie);
    if (length === 0) {
      at++;
      continue;
    }
    fragments.push({ kind: "text", text: rendered.slice(textStart, at) });
    fragments.push({ kind: "control", text: rendered.slice(at, at + length) });
    at += length;
    textStart = at;
  }
  fragments.push({ kind: "text", text: rendered.slice(textStart) });
  return fragments;
}

function longestMatch(rendered: string, start: number, trie: TrieNode): number {
  let node: TrieNode | undefined = trie;
  let longest = 0;
  for (let at = start; node !== undefined; at++) {
    if (node.end) longest = at - start;
    node = node.next.get(rendered[at] ?? "");
  }
  return longest;
}

function trieOf(spellings: readonly string[]): TrieNode {
  const root: TrieNode = { next: new Map(), end: false };
  for (const spelling of spellings) {
    let node = root;
    for (let at = 0; at < spelling.length; at++) {
      const unit = spelling[at]!;
      const next: TrieNode = node.next.get(unit) ?? { next: new Map(), end: false };
      node.next.set(unit, next);
      node = next;
    }
    node.end = true;
  }
  return root;
}

function restored(fragment: Fragment, restore: (text: string) => string): Fragment {
  return fragment.kind === "control" ? fragment : { kind: "text", text: restore(fragment.text) };
}

/** Removes guards and restores single characters, also where the template wrote them as JSON escapes. */
function restorer(guard: string, singles: ReadonlyMap<string, string>): (text: string) => string {
  const originals = new Map([[guard, ""], ...[...singles].map(([single, mark]) => [mark, single] as const)]);
  const pattern = new RegExp(
    [...originals.keys()].flatMap((mark) => [mark, escapeOf(mark).replace("\\", "\\\\")]).join("|"),
    "gi",
  );
  return (text) =>
    text.replace(pattern, (mark) => {
      const character = mark.length === 1 ? mark : String.fromCharCode(Number.parseInt(mark.slice(2), 16));
      return originals.get(character) ?? "";
    });
}

/**
 * Private-use characters that occur in none of the texts, neither literally nor as the JSON escape `tojson`
 * may write.
 */
function* unusedCharacters(texts: readonly string[]): Generator<string, undefined> {
  const used = new Set<string>();
  for (const text of texts) {
    for (const match of text.matchAll(/[\ue000-\uf8ff]|\\u[ef][0-9a-f]{3}/gi))
      used.add(match[0].toLowerCase());
  }
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const character = String.fromCharCode(code);
    if (!used.has(character) && !used.has(escapeOf(character))) yield character;
  }
  return undefined;
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

function firstTwo(spelling: string): [string, string] {
  const [one = "", two = ""] = Array.from(spelling);
  return [one, two];
}

function foldedPair(one: string, two: string): string {
  return one.toLowerCase() + two.toLowerCase();
}

function sameLetter(one: string, two: string): boolean {
  return one === two || one.toLowerCase() === two.toLowerCase();
}
