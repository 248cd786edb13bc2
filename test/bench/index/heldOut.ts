// What the benches of drafting read: their options, a pool made of recorded texts, and held-out texts like them.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Pool } from "../../../core/laser/index.ts";
import { readRecordings, readSamples, TextMaker } from "./texts.ts";

export const PROMPT_TOKENS = 20;
export const WARM_UP_ANSWERS = 10;

/** Reads the command line and names machine and pool on stdout; of the texts, the first WARM_UP_ANSWERS warm up. */
export function poolAndTexts(): { readonly pool: Pool; readonly texts: readonly Int32Array[] } {
  const { values } = parseArgs({
    options: {
      tokens: { type: "string", default: "1e6" },
      answers: { type: "string", default: "40" },
      recordings: { type: "string" },
    },
  });
  const maker = new TextMaker(
    values.recordings === undefined ? readSamples() : readRecordings(values.recordings),
  );
  const pool = Pool.build(maker.make(1, Number(values.tokens)));
  const held = maker.make(2, Number(values.answers) * 400).filter((text) => text.length >= 200);
  say(
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}; pool of ${pool.tokens} tokens`,
  );
  return { pool, texts: held.slice(0, WARM_UP_ANSWERS + Number(values.answers)) };
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
