// Measures T(n) of evaluations that hold tokens of several lanes: n counts the tokens of all of them.
import {
  NO_ROWS,
  type CostTable,
  type EvaluateOptions,
  type TargetModel,
  type TopRows,
} from "../../../core/laser/index.ts";
import { measureCosts, type MeasureOptions } from "./costTable.ts";
import type { LaneGroup } from "../lanes/lanes.ts";

/** Leaves all lanes empty. Null if stopped. @throws whatever the lanes throw */
export function measureLaneCosts(
  group: LaneGroup,
  options: Omit<MeasureOptions, "counts">,
): Promise<CostTable | null> {
  return measureCosts(new SpreadTarget(group), { ...options, counts: group.counts });
}

/** All lanes as one target: each keeps the same tokens, and those that are evaluated with rows are spread over them. */
class SpreadTarget implements TargetModel {
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxTreeLeaves: number;
  readonly repeatedTokens = 0;

  constructor(private readonly group: LaneGroup) {
    const [first] = group.targets;
    this.vocabularySize = first!.vocabularySize;
    this.contextTokens = first!.contextTokens;
    this.maxTreeLeaves = first!.maxTreeLeaves;
  }

  isEndOfText(): boolean {
    return false;
  }

  fullLogSumExp(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Rows are not read: what a run reads of them is the same with and without drafts. */
  async evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    const { targets, gathering } = this.group;
    const fills = options.rows === "none";
    const lanes = fills ? targets.length : Math.min(targets.length, tokens.length);
    const each = Math.max(1, Math.ceil(tokens.length / lanes));
    const parts = targets
      .map((_, lane) => (fills ? tokens : tokens.subarray(lane * each, (lane + 1) * each)))
      .filter((part) => part.length > 0);
    parts.forEach((_, lane) => {
      gathering.enter(lane);
    });
    await Promise.all(
      parts.map(async (part, lane) => {
        try {
          await targets[lane]!.evaluate(part, { ...options, rows: fills ? "none" : "reached" });
        } finally {
          gathering.leave(lane);
        }
      }),
    );
    return NO_ROWS;
  }

  async rollback(keptTokens: number): Promise<void> {
    await Promise.all(this.group.targets.map((target) => target.rollback(keptTokens)));
  }
}
