// What a session knows about T(n), the cost of an evaluation: given, guessed, measured in idle time, corrected by runs.
import { CostModel, type CostTable } from "../../../core/laser/index.ts";
import { guessCosts, workClock, type Engine } from "../../engine/index.ts";
import { keepCosts, measureInIdleTime, type CostCache } from "../cache/costCache.ts";

export interface SessionCostsOptions {
  readonly costs: CostTable;
  /** Keeps T(n) as given, so that draft lengths are reproducible. */
  readonly frozenCosts?: boolean;
  /** Where learned and measured costs are kept; nowhere if omitted. */
  readonly costCache?: CostCache;
}

export class SessionCosts {
  /** A function of only model and device, so that repeatable runs draft the same tokens in every session. */
  readonly fixed: CostModel;
  /** As the session got them. */
  readonly given: CostTable;
  /** Where costs are looked up and kept; null if only those given are used. */
  readonly cache: CostCache | null;
  /** Whether T(n) stays as given, here and for answers written on lanes. */
  readonly isFrozen: boolean;
  private model: CostModel;
  private hasMeasured: boolean;

  constructor(
    private readonly engine: Engine,
    { costs, frozenCosts = false, costCache }: SessionCostsOptions,
  ) {
    this.given = costs;
    this.cache = costCache ?? null;
    this.isFrozen = frozenCosts;
    this.hasMeasured = costs.isGuess !== true;
    this.model = new CostModel(costs, frozenCosts);
    this.fixed = frozenCosts ? this.model : new CostModel(guessCosts(engine.device, engine.model), true);
  }

  /** T(n) of adaptive runs, which correct it unless it is frozen. */
  get current(): CostModel {
    return this.model;
  }

  /** False for a guess. */
  get isMeasured(): boolean {
    return this.hasMeasured;
  }

  /** T(n) as known now, with what runs corrected, and where it is from. */
  get known(): { readonly table: CostTable; readonly from: "guessed" | "measured" | "given" } {
    const from = this.isFrozen ? "given" : this.isMeasured ? "measured" : "guessed";
    return { table: this.current.corrected, from };
  }

  /** Measures T(n) for the runs to come, if it is a guess. Must not overlap with a run; ends soon after the signal is raised. */
  async measure(signal: AbortSignal): Promise<void> {
    if (this.isMeasured || this.isFrozen || this.cache === null) return;
    const now = workClock(this.engine.device);
    const table = await measureInIdleTime(this.engine, { ...this.cache, now, signal });
    if (table === null) return;
    this.model = new CostModel(table);
    this.hasMeasured = true;
  }

  /** Keeps what runs taught about a guess, for the next session. */
  async keepLearned(): Promise<void> {
    if (!this.isMeasured && this.cache !== null)
      await keepCosts(this.engine, this.cache, this.current.corrected);
  }
}
