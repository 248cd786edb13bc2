// What the worker recites to the flows that share a VS Code, and how much of it they let it.

/** Tokens of the shorter answer that are written: the setting of all flows. It has more. */
export const ANSWER_TOKENS = 24;

/** A prompt that is answered at length. */
export const LONG_ANSWER_TO = "Count the sheep.";

export const SCRIPT = {
  answers: [
    { when: LONG_ANSWER_TO, text: Array.from({ length: 1500 }, (_, sheep) => `sheep ${sheep}`).join(" ") },
    {
      text:
        "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog. " +
        "The dog sat on the cat, and the mat lay on the floor.",
    },
  ],
  contextTokens: 8192,
  delayMs: 60,
};
