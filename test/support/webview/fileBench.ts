// One bench for all tests of a file: opened before the first, closed after the last.
import { afterAll, beforeAll } from "vitest";
import { WebviewBench, type FixturePage } from "./page.ts";

/** What tests open pages with. */
export type PageOpener = Pick<WebviewBench, "page" | "fixture">;

/** To be called at the top of a test file. @param fixture makes a page beside those that are built */
export function fileBench(
  fixture: () => Promise<FixturePage | null> = () => Promise.resolve(null),
): PageOpener {
  let bench: WebviewBench;
  beforeAll(async () => {
    bench = await WebviewBench.open(await fixture());
  });
  afterAll(async () => {
    await bench.close();
  });
  return {
    page: (...asked) => bench.page(...asked),
    fixture: (...asked) => bench.fixture(...asked),
  };
}
