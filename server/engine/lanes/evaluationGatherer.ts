// Gathers what lanes ask to evaluate into evaluations of many tokens. Tokens that need rows come first, since a run waits
// for each of them; then parts of prompts, as many as fit. A lane that had to wait once comes before all others.
import type { Gathering, Stage } from "../../../core/laser/index.ts";

/** What a lane asks for. */
export interface Asked {
  readonly member: number;
  readonly tokens: number;
  readonly wantsRows: boolean;
}

interface Waiting<A> {
  readonly asked: A;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  hasWaited: boolean;
  /** An evaluation together with others failed. */
  isAlone: boolean;
}

/** The stage at which lanes wait for an evaluation. */
export class EvaluationGatherer<A extends Asked> implements Stage {
  private waiting: Waiting<A>[] = [];
  private closed: Error | null = null;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param maxTokens of an evaluation; no request has more
   * @param evaluate all or nothing: if it fails for several, each is evaluated alone, so that only the faulty one fails
   */
  constructor(
    private readonly gathering: Gathering,
    private readonly maxTokens: number,
    private readonly evaluate: (asked: readonly A[]) => Promise<void>,
  ) {
    gathering.add(this);
  }

  get hasWork(): boolean {
    return this.waiting.length > 0;
  }

  get waitingTokens(): number {
    return this.waiting.reduce((sum, { asked }) => sum + asked.tokens, 0);
  }

  /** Resolves when the tokens were evaluated. What the last evaluation left is valid until the same member waits again. */
  ask(asked: A): Promise<void> {
    if (this.closed !== null) return Promise.reject(this.closed);
    return new Promise((resolve, reject) => {
      this.waiting.push({ asked, resolve, reject, hasWaited: false, isAlone: false });
      this.gathering.wait(asked.member);
    });
  }

  run(): Promise<void> {
    this.running = this.serve(this.take());
    return this.running;
  }

  /** Refuses those who wait, now and later. */
  close(error: Error): void {
    this.closed = error;
    for (const one of this.waiting.splice(0)) this.answer(one, error);
  }

  /** Resolves when no evaluation runs. */
  settled(): Promise<void> {
    return this.running;
  }

  /** Takes those that fit into one evaluation. */
  private take(): Waiting<A>[] {
    const rank = ({ isAlone, hasWaited, asked }: Waiting<A>) =>
      isAlone ? 0 : hasWaited ? 1 : asked.wantsRows ? 2 : 3;
    const inOrder = [...this.waiting].sort((a, b) => rank(a) - rank(b));
    const taken: Waiting<A>[] = [];
    let tokens = 0;
    for (const one of inOrder) {
      if (taken.length > 0 && (taken[0]!.isAlone || tokens + one.asked.tokens > this.maxTokens)) {
        one.hasWaited = true;
        continue;
      }
      taken.push(one);
      tokens += one.asked.tokens;
    }
    this.waiting = this.waiting.filter((one) => !taken.includes(one));
    return taken;
  }

  private async serve(taken: readonly Waiting<A>[]): Promise<void> {
    try {
      await this.evaluate(taken.map(({ asked }) => asked));
    } catch (error) {
      if (taken.length === 1 || this.closed !== null) for (const one of taken) this.answer(one, error);
      else {
        // One after another: each reads its rows before the next evaluation overwrites them.
        for (const one of taken) one.isAlone = true;
        this.waiting.unshift(...taken);
      }
      return;
    }
    for (const one of taken) this.answer(one);
  }

  private answer({ asked, resolve, reject }: Waiting<A>, ...error: readonly [unknown?]): void {
    this.gathering.resume(asked.member);
    if (error.length === 0) resolve();
    else reject(error[0]);
  }
}
