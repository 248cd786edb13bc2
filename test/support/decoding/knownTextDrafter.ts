// A drafter that knows the text it will be compared with, and drafts it rightly or wrongly by the place it has
// reached, always as sure of itself. For the planner's tests and bench.
import {
  emptyDraftArrays,
  EMPTY_DRAFT,
  type Draft,
  type Drafter,
  type TokenId,
} from "../../../core/laser/index.ts";

export class KnownTextDrafter implements Drafter {
  private committed = 0;

  /**
   * @param text what plain decoding commits
   * @param isRight whether the token at a place of the text is drafted as it is
   * @param chance what is said of each drafted token
   * @param wrong another token than the one given
   */
  constructor(
    private readonly text: readonly TokenId[],
    private readonly isRight: (place: number) => boolean,
    private readonly chance: number,
    private readonly wrong: (token: TokenId) => TokenId,
  ) {}

  begin(): void {
    this.committed = 0;
  }

  draft(limit: number): Draft {
    const length = Math.max(0, Math.min(limit, this.text.length - this.committed));
    if (length === 0) return EMPTY_DRAFT;
    const draft = emptyDraftArrays(length);
    draft.acceptanceProbabilities.fill(this.chance);
    for (let i = 0; i < length; i++) {
      const place = this.committed + i;
      const token = this.text[place]!;
      draft.tokens[i] = this.isRight(place) ? token : this.wrong(token);
    }
    return draft;
  }

  commit(tokens: readonly TokenId[]): void {
    this.committed += tokens.length;
  }
}
