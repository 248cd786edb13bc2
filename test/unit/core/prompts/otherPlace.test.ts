// A setting in the wrong place of a prompt file: the warning says where it belongs, for every setting there is.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty } from "../../../../core/prompts/index.ts";
import { LASER_KEYS, SETTING_NAMES, settingOf } from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";

const PLACES = {
  laser: (key: string) => `laser:\n  ${key}: 8`,
  "laser.relaxed": (key: string) => `laser:\n  relaxed:\n    ${key}: 8`,
  "model.parameters": (key: string) => `model:\n  parameters:\n    ${key}: 8`,
  "the front matter": (key: string) => `${key}: 8`,
} as const;

/** What the warning about an unknown key says to do; null if the key is known there. */
function hint(place: keyof typeof PLACES, key: string): string | null {
  const { problems } = parsePrompty(`---\n${PLACES[place](key)}\n---\nuser:\nhi\n`);
  return problems.find(({ code }) => code === "unknownKey")?.nextStep ?? null;
}

table(
  "a misplaced key",
  [
    { place: "laser", key: "stopAtLoop", says: 'Write it below model.parameters as "stop_at_loop".' },
    { place: "laser", key: "stop_at_loop", says: 'Write it below model.parameters as "stop_at_loop".' },
    { place: "laser", key: "laser.stopAtLoop", says: 'Write it below model.parameters as "stop_at_loop".' },
    { place: "laser", key: "temperature", says: 'Write it below model.parameters as "temperature".' },
    {
      place: "laser",
      key: "top_k",
      says: 'Write it below laser.relaxed as "topK", or below model.parameters as "top_k".',
    },
    { place: "laser", key: "poolFile", says: 'Write it below laser as "pool".' },
    { place: "the front matter", key: "pool", says: 'Write it below laser as "pool".' },
    { place: "model.parameters", key: "strategy", says: 'Write it below laser as "strategy".' },
    { place: "model.parameters", key: "max_draft_tokens", says: 'Write it below laser as "maxDraftTokens".' },
    { place: "laser.relaxed", key: "endOfText", says: 'Write it below laser.guards as "endOfText".' },
    {
      place: "laser",
      key: "context_tokens",
      says: "No prompt file sets it: use the setting laser.contextTokens, or the option --context-tokens.",
    },
    { place: "laser", key: "record", says: "Remove it, or leave it for other tools." },
    { place: "laser", key: "stratgy", says: 'Did you mean "strategy"?' },
  ].map((row) => ({ ...row, name: `${row.key} in ${row.place}` })),
  ({ place, key, says }) => {
    assert.equal(hint(place as keyof typeof PLACES, key), says);
  },
);

test("every setting is taken in the laser block, or the warning names its place", () => {
  const inBlock = new Set([...LASER_KEYS.values()].map(({ name }) => name));
  for (const name of SETTING_NAMES) {
    const { promptKeys } = settingOf(name);
    const [key] = promptKeys ?? [];
    const wanted =
      name === "poolFile"
        ? 'Write it below laser as "pool".'
        : inBlock.has(name)
          ? name.includes(".")
            ? `Write it below laser.${name.split(".").join(' as "')}".`
            : null
          : key === undefined
            ? new RegExp(`^No prompt file sets it: use the setting laser\\.${name}[.,]`)
            : `Write it below model.parameters as "${key}".`;
    const given = hint("laser", name);
    if (wanted instanceof RegExp) assert.match(given ?? "nothing", wanted);
    else assert.equal(given, wanted);
    // With the key that the hint names, nothing is left to report.
    const parameter = promptKeys?.map((one) => hint("model.parameters", one)) ?? [];
    assert.deepEqual(
      parameter,
      parameter.map(() => null),
    );
  }
});
