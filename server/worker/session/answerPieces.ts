// The committed tokens of each step as pieces of text. Text that a later token decides is held back: half a character,
// and what may be the beginning of a stop sequence.
import type { TokenId } from "../../../core/laser/index.ts";
import {
  committedClassOf,
  committedOf,
  StopText,
  Utf8Stream,
  type TraceStep,
} from "../../../core/trace/index.ts";
import type { CommittedPiece } from "../../protocol/worker.ts";

export interface AnswerPiecesOptions {
  /** What a token adds to the text; nothing for a control token. */
  readonly bytesOf: (id: TokenId) => Uint8Array;
  readonly isEndOfText: (id: TokenId) => boolean;
  readonly stops: readonly string[];
  readonly maxTokens: number;
  /** Tokens of an earlier answer that this one continues: a character may begin in them. */
  readonly inherited: Iterable<TokenId>;
}

export class AnswerPieces {
  private readonly characters = new Utf8Stream();
  private readonly answer: StopText;
  private tokensLeft: number;

  constructor(private readonly options: AnswerPiecesOptions) {
    this.answer = new StopText(options.stops);
    this.tokensLeft = options.maxTokens;
    for (const id of options.inherited) this.characters.push(options.bytesOf(id));
  }

  /** The pieces of the next step; those of the last one include the text held back for a stop that did not come. */
  of(step: TraceStep): CommittedPiece[] {
    const { bytesOf, isEndOfText } = this.options;
    const pieces = committedOf(step).map((id, place) => ({
      id,
      text: this.answer.push(this.characters.push(bytesOf(id))),
      tokenClass: committedClassOf(step, place),
    }));
    this.tokensLeft -= pieces.length;
    const isLast = this.tokensLeft <= 0 || isEndOfText(step.next.id) || this.answer.isStopped;
    return isLast ? this.withRest(pieces) : pieces;
  }

  private withRest(pieces: readonly CommittedPiece[]): CommittedPiece[] {
    const rest = this.answer.end(true);
    return pieces.map((piece, at) =>
      at === pieces.length - 1 ? { ...piece, text: piece.text + rest } : piece,
    );
  }
}
