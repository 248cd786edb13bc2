// The files under which flows in an editor are answered by a script, with every class of token in the answer. The pool holds
// the script's second answer: where the two differ, the engine makes its word the runner-up, at some places close enough for
// relaxed verification to keep it.

const RECITED_ANSWER =
  "A quiet novel about a keeper of a lighthouse who writes letters to a sister she has never met. Storms come and pass, " +
  "while her pages grow longer and warmer. In the end a boat brings an answer, and she reads it aloud to the sea.";
const POOL_ANSWER =
  "A quiet story about a keeper of a harbour who sends letters to a brother she has never seen. Winters come and pass, " +
  "while her pages grow shorter and colder. In the end a ship brings an answer, and she reads it aloud to the wind.";

export const RECITED = {
  script: { answers: [{ text: RECITED_ANSWER }, { text: POOL_ANSWER }], delayMs: 60 },
  /** Files of the workspace: a pool and the setting that names it. */
  files: {
    ".vscode/settings.json": JSON.stringify({ "laser.poolFile": "answers.jsonl" }),
    "answers.jsonl": JSON.stringify({ id: "harbour", text: POOL_ANSWER }),
    "book.prompty": "---\nname: book\n---\nuser:\nDescribe a book about the sea in three sentences.\n",
  },
} as const;
