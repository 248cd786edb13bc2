// `npm run fuzz:prompts`: how the parser and every language feature bear 100,000 damaged prompt files: nothing is thrown,
// and every
// range that comes back is in the text. `--files N` and `--from SEED` choose others; a unit test tries some in each run.
import { parseArgs } from "node:util";
import { probe } from "../support/languageProbe.ts";
import { mutatedPrompt, soundPrompts } from "../support/mutatedPrompts.ts";
import { seededRandom } from "../support/random.ts";

const { values } = parseArgs({ options: { files: { type: "string" }, from: { type: "string" } } });
const FILES = Number(values.files ?? 100_000);
const FIRST = Number(values.from ?? 1);

const sound = soundPrompts();
const begun = performance.now();
let ranges = 0;
for (let seed = FIRST; seed < FIRST + FILES; seed++) {
  const text = mutatedPrompt(sound, seed);
  try {
    ranges += await probe(text, seededRandom(seed).below(text.length + 1));
  } catch (error) {
    throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
  }
  if ((seed - FIRST + 1) % 10_000 === 0) console.info(`${seed - FIRST + 1} files, ${ranges} ranges`);
}
const seconds = (performance.now() - begun) / 1000;
console.info(`${FILES} damaged files: nothing thrown, ${ranges} ranges checked, ${seconds.toFixed(0)} s`);
