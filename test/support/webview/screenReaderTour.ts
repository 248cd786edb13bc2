// A run through a page as a screen reader announces it, as readable text: every stop of the Tab key, and a tour of keys.
import assert from "node:assert/strict";
import type { Announced, ScreenReader, Stop } from "./screenReader.ts";

/** Keys as Playwright names them; `Tab to …` presses Tab until that is reached, `type …` types. */
export type TourKey = string | { readonly tabTo: RegExp } | { readonly type: string };

export interface TourPart {
  readonly title: string;
  readonly keys: readonly TourKey[];
}

/**
 * The stops from the start of the page, or from the one with the focus, one per line.
 * @throws if one has no name, or the name of the one before
 */
export async function stopLines(
  reader: ScreenReader,
  from: "start" | "focus" = "start",
): Promise<readonly string[]> {
  const stops = await reader.stops(from);
  assert.ok(stops.length > 0, "the page has no stops");
  stops.forEach((stop, i) => {
    checkName(stop);
    const before = stops[i - 1];
    const isTwin = before?.role === stop.role && before.name === stop.name && before.list === stop.list;
    assert.ok(!isTwin, `twice in a row: ${stop.spoken}`);
  });
  return stops.map(({ spoken, list }) => (list === null ? spoken : `${list}: ${spoken}`));
}

/** What is announced after each key, from the start of the page. @throws if a key leaves the focus nowhere */
export async function tourLines(
  reader: ScreenReader,
  parts: readonly TourPart[],
): Promise<readonly string[]> {
  await reader.toStart();
  const lines: string[] = [];
  let lastList: string | null = null;
  for (const { title, keys } of parts) {
    lines.push(...(lines.length === 0 ? [] : [""]), `# ${title}`);
    for (const key of keys) {
      const [name, { stop, messages }] = await follow(reader, key);
      checkName(stop);
      const list = stop.list === null || stop.list === lastList ? "" : `${stop.list}: `;
      lastList = stop.list;
      lines.push(`${name} → ${list}${stop.spoken}`, ...messages.map((message) => `    says “${message}”`));
    }
  }
  return lines;
}

async function follow(reader: ScreenReader, key: TourKey): Promise<readonly [string, Announced]> {
  if (typeof key === "string") return [key, await reader.press(key)];
  if ("type" in key) return [`type ${key.type}`, await reader.type(key.type)];
  return ["Tab …", await reader.tabTo(key.tabTo)];
}

function checkName({ name, spoken }: Stop): void {
  assert.notEqual(name, "", `a stop without a name: ${spoken}`);
}
