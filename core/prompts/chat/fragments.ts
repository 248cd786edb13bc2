// Splits what a chat template rendered into control tokens and text.

/** control: the exact spelling of one control token · text: to be tokenized with special tokens off. */
export interface Fragment {
  readonly kind: "control" | "text";
  readonly text: string;
}

/**
 * The fragments, beginning with exactly one BOS token if it is asked for or there already:
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

/** Splits a text at the spellings of control tokens: leftmost, then longest. Texts are never empty. */
export function splitControls(text: string, spellings: Iterable<string>): readonly Fragment[] {
  const trie = trieOf(spellings);
  const fragments: Fragment[] = [];
  let textStart = 0;
  const endText = (end: number): void => {
    if (end > textStart) fragments.push({ kind: "text", text: text.slice(textStart, end) });
  };
  for (let at = 0; at < text.length;) {
    const length = longestMatch(text, at, trie);
    if (length === 0) {
      at++;
      continue;
    }
    endText(at);
    fragments.push({ kind: "control", text: text.slice(at, at + length) });
    at += length;
    textStart = at;
  }
  endText(text.length);
  return fragments;
}

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  end: boolean;
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

function trieOf(spellings: Iterable<string>): TrieNode {
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
