// The order of test files if nothing is known about earlier runs, as in a fresh clone: a long file that begins last keeps one
// core alone.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take a fifth of their lane or more, or five seconds, though they are not long to read. */
const LONG = [
  ...["model/conformance", "model/strict", "model/gpu", "model/evaluate"],
  "protocol/worker/runs",
  ...["unit/core/laser/plannerWorlds", "unit/server/files/wheels/wheel", "unit/server/files/traces/size"],
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG.some((name) => moduleId.replaceAll("\\", "/").endsWith(`/test/${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
