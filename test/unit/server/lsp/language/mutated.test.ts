// Language features on prompt files with mistakes. `npm run fuzz:prompts` tries 100,000 of them.
import { test } from "vitest";
import { mutatedPrompt, soundPrompts } from "../../../../support/mutatedPrompts.ts";
import { probe } from "../../../../support/languageProbe.ts";
import { runsOf } from "../../../../support/property.ts";
import { seededRandom } from "../../../../support/random.ts";

test("no mistake in a file makes a feature throw or give a range outside the text", async () => {
  const sound = soundPrompts();
  for (let seed = 1; seed <= runsOf(500); seed++) {
    const text = mutatedPrompt(sound, seed);
    try {
      await probe(text, seededRandom(seed).below(text.length + 1));
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
});
