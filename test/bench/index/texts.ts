// Texts for the bench of the pool index: as many as asked for, made from a few recorded ones. Each is a walk over which
// token followed which two, so that phrases recur as they do in real answers and no text is a copy. Rarer tokens are
// exchanged by topic, and topics are drawn after Zipf's law, so that the vocabulary grows as that of real pools does.
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../support/check.ts";
import { seededRandom } from "../../support/random.ts";

/** Ids run to this number, which is near that of small models (SmolLM2: 49,152). */
export const VOCABULARY = 49_152;
/** The most frequent tokens of the recordings belong to every topic. */
const COMMON_TOKENS = 200;
const TOPICS = 2000;
/** How often a walk leaves its path for another: texts then differ as answers about other things do. */
const JUMP_SHARE = 0.04;
const MIN_TOKENS = 100;
const MAX_TOKENS = 400;

/** The answers of a recording, one JSON object per line with its token ids under "out". */
export function readRecordings(file: string): number[][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => (JSON.parse(line) as { out: number[] }).out);
}

/** The demo pool, each word and each punctuation mark taken as a token: enough for a bench that needs no model. */
export function readSamples(): number[][] {
  const ids = new Map<string, number>();
  return readFileSync(path.join(repositoryFolder, "samples", "answers.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .map((text) =>
      (text.match(/ ?\w+|\s|[^\s\w]/g) ?? []).map((piece) => {
        const id = ids.get(piece) ?? ids.size;
        ids.set(piece, id);
        return id;
      }),
    );
}

/** Makes texts of `tokens` tokens or a few more; the same seed makes the same. */
export class TextMaker {
  private readonly followers = new Map<number, number[]>();
  private readonly isCommon: (token: number) => boolean;

  constructor(private readonly recordings: readonly number[][]) {
    const counts = new Map<number, number>();
    for (const text of recordings)
      text.forEach((token, i) => {
        counts.set(token, (counts.get(token) ?? 0) + 1);
        if (i < 2) return;
        const pair = pairOf(text[i - 2]!, text[i - 1]!);
        const known = this.followers.get(pair);
        if (known) known.push(token);
        else this.followers.set(pair, [token]);
      });
    const byCount = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COMMON_TOKENS);
    const common = new Set(byCount.map(([token]) => token));
    this.isCommon = (token) => common.has(token);
  }

  make(seed: number, tokens: number): Int32Array[] {
    const random = seededRandom(seed);
    const texts: Int32Array[] = [];
    for (let made = 0; made < tokens;) {
      const text = new Int32Array(MIN_TOKENS + random.below(MAX_TOKENS - MIN_TOKENS));
      const topic = Math.floor(TOPICS ** random.next()); // The share of topic n falls as 1/n.
      let [before, last] = this.somewhere(random.next(), random.next());
      for (let i = 0; i < text.length; i++) {
        text[i] = this.isCommon(last) ? last % VOCABULARY : exchanged(last, topic);
        const known = this.followers.get(pairOf(before, last));
        if (known === undefined || random.next() < JUMP_SHARE)
          [before, last] = this.somewhere(random.next(), random.next());
        else [before, last] = [last, random.pick(known)];
      }
      texts.push(text);
      made += text.length;
    }
    return texts;
  }

  private somewhere(text: number, place: number): [number, number] {
    const from = this.recordings[Math.floor(text * this.recordings.length)]!;
    const at = Math.floor(place * (from.length - 1));
    return [from[at]!, from[at + 1]!];
  }
}

/** Every third topic uses a token as recorded, the others one of their own. */
function exchanged(token: number, topic: number): number {
  if ((token + topic) % 3 === 0) return token % VOCABULARY;
  const mixed = Math.imul(token + 1, 0x9e3779b1) ^ Math.imul(topic, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % VOCABULARY;
}

function pairOf(a: number, b: number): number {
  return a * 1_000_003 + b;
}
