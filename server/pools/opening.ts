// The opening of an answer in an index: the last tokens of its prompt. Without them nothing in the index
// would match at the first tokens of an answer.

/** Chosen by measurement: enough to distinguish an answer's beginning from a line's, and little to store. */
export const OPENING_TOKENS = 4;

/** The opening of an answer to this prompt. */
export function openingOf(prompt: Int32Array): Int32Array {
  return prompt.slice(-OPENING_TOKENS);
}
