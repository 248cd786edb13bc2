// Recorded answers in the tokens of a loaded model, whether their file holds texts or token ids.
import {
  fittedTo,
  type IdSource,
  type RecordedFile,
  type RecordedText,
  type Recording,
} from "../../bench/index.ts";
import { tokenizeFragments, type Engine } from "../../engine/index.ts";
import { answerOpening, applyTemplate } from "../../worker/index.ts";

export interface RecordedAnswers {
  readonly recordings: readonly Recording[];
  readonly source: IdSource;
}

/** @throws BenchError vocabularyTooSmall; PromptError for a template that can't render a prompt */
export function recordedAnswers(file: RecordedFile, engine: Engine): RecordedAnswers {
  if (file.kind === "ids") return fittedTo(file.recordings, engine.model.vocabularySize);
  const opening = openingTokens(engine);
  return {
    recordings: file.texts.map((text) => tokenized(text, engine, opening)),
    source: { kind: "tokenized" },
  };
}

function tokenized(
  { id, group, prompt, text }: RecordedText,
  engine: Engine,
  opening: Int32Array,
): Recording {
  return {
    k: id,
    kind: "text",
    group,
    prompt: prompt === null ? opening : promptTokens(prompt, engine),
    out: Int32Array.from(engine.tokenizer.tokenize(text, false)),
    ms: null,
  };
}

/** A prompt in the model's chat template, or as it is for a model without one. */
function promptTokens(prompt: string, engine: Engine): Int32Array {
  if (engine.chat.template === null) return Int32Array.from(engine.tokenizer.tokenize(prompt, false));
  const { fragments } = applyTemplate([{ role: "user", content: prompt }], null, engine, new Date(0), false);
  return tokenizeFragments(engine.tokenizer, fragments);
}

/** What precedes an answer whose prompt was not recorded: the end of the chat template, or any one token. */
function openingTokens(engine: Engine): Int32Array {
  const { tokenizer, chat } = engine;
  const opening = answerOpening(engine);
  if (opening.length > 0) return Int32Array.from(opening);
  const [first = 0] = [...tokenizer.tokenize(chat.bosToken, true), ...tokenizer.tokenize("\n", false)];
  return Int32Array.of(first);
}
