// Examples of use, printed below the options by --help.
import type { Command } from "commander";

/** By the words after "laser". */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  run: [
    "laser run --prompt item.prompty --data items.jsonl --out answers.jsonl",
    "laser run --prompt item.prompty --data films.laserdata --of items --out answers.jsonl --save-pool items.laserpool",
    "laser run --prompt item.prompty --data items.jsonl --out answers.jsonl --resume",
  ],
  evaluate: [
    "laser evaluate --data films.laserdata --knowledge strict=strict.jsonl --knowledge relaxed=relaxed.jsonl --out report.md",
  ],
  "data import": [
    "laser data import ml-25m --out films.laserdata --k-core 5 --split last",
    "laser data import stars.csv --out stars.laserdata --map user=uid,item=asin,rating=stars,time=ts,title=name",
  ],
  "data ml-100k": ["laser data ml-100k --out ml-100k.laserdata --split last"],
  "data info": ["laser data info films.laserdata"],
  "data rows": ["laser data rows films.laserdata --of items --limit 3"],
  "groups attribute": [
    "laser groups attribute films.jsonl --attribute genre --mapping movielens-9 --out groups.json",
  ],
  "groups vectors": ["laser groups vectors vectors.npy --keys keys.txt --k 2:8 --out groups.json"],
  "groups interactions": ["laser groups interactions ratings.csv --of items --k 2:8 --out groups.json"],
  "groups random": ["laser groups random films.jsonl --k 3 --out random.json"],
  "pool build": [
    "laser pool build answers.jsonl --groups groups.json --budget 1000000 --out films.laserpool",
  ],
  "pool add": ["laser pool add films.laserpool more.jsonl"],
  "pool forget": ["laser pool forget user-7 films.laserpool groups.json"],
  "pool merge": ["laser pool merge a.laserpool b.laserpool --out films.laserpool"],
  "pool prune": ["laser pool prune films.laserpool --older-than 90 --unused-for 30"],
  "pool drop": ["laser pool drop films.laserpool 17 18"],
  "pool freeze": ["laser pool freeze films.laserpool", "laser pool freeze films.laserpool --off"],
  "pool export": ["laser pool export films.laserpool --out films.jsonl"],
  "pool list": ["laser pool list films.laserpool --search emma --limit 5"],
  "pool info": ["laser pool info films.laserpool --groups groups.json"],
};

/** Adds the examples to the commands below `command`. */
export function addExamples(command: Command, words: readonly string[] = []): void {
  const examples = EXAMPLES[words.join(" ")];
  if (examples !== undefined)
    command.addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);
  for (const below of command.commands) addExamples(below, [...words, below.name()]);
}
