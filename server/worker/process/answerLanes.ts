// Lanes of a loaded model for answers that a client asks for: each answer takes a free one, and its tokens are evaluated
// together with those of the others that are being written.
import type { LaneGroup } from "../../engine/index.ts";
import { keepCosts, laneCostsToBegin } from "../cache/costCache.ts";
import { WorkerError } from "../errors.ts";
import { laneWriter, type LaneWriter, type LaneRequest } from "../session/laneWriter.ts";
import { draftsTrees } from "../session/drafting.ts";
import type { Generated } from "../session/generateOptions.ts";
import type { Session } from "../session/session.ts";

export class AnswerLanes {
  private readonly free: number[];

  private constructor(
    private readonly session: Session,
    private readonly group: LaneGroup,
    private readonly writer: LaneWriter,
  ) {
    this.free = group.targets.map((_, lane) => lane);
  }

  /** Takes memory for a context of `count` sequences, each as long as the model's own. @throws EngineError */
  static async open(session: Session, count: number): Promise<AnswerLanes> {
    const {
      engine,
      costs: { cache, given },
    } = session;
    // Chains can be drafted on lanes for trees, but not the other way round.
    const trees = draftsTrees({ draftShape: "auto", strategy: "laser-strict" }, engine);
    const { contextTokens } = engine.target;
    const group = await engine.openLanes({ lanes: count, contextTokens, trees });
    const costs = cache === null ? given : await laneCostsToBegin(engine, group, cache);
    return new AnswerLanes(session, group, laneWriter({ session, group, costs }));
  }

  get count(): number {
    return this.group.targets.length;
  }

  /** Tokens that each lane can keep. */
  get contextTokens(): number {
    return this.group.targets[0]!.contextTokens;
  }

  /**
   * Writes an answer. `signal` ends it after at most one more step.
   * @throws DecodeError when the request can't be met; WorkerError lanesBusy
   */
  async write(request: LaneRequest, signal: AbortSignal): Promise<Generated> {
    const lane = this.free.pop();
    if (lane === undefined) throw new WorkerError({ tag: "lanesBusy", lanes: this.count });
    const { gathering } = this.group;
    gathering.enter(lane);
    try {
      return await this.writer.generate(request, lane, signal);
    } finally {
      gathering.leave(lane);
      this.free.push(lane);
    }
  }

  /** To be called when no answer is being written: keeps what they taught, and frees the memory. */
  async close(): Promise<void> {
    const {
      engine,
      costs: { cache },
    } = this.session;
    this.writer.close();
    if (cache !== null) await keepCosts(engine, cache, this.writer.corrected, this.group);
    await this.group.dispose();
  }
}
