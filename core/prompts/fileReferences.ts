// How the parser reads the files that a prompt file names, such as `sample: ${file:values.json}`.

/** The text of a file, or why it can't be read: a phrase without a capital and a full stop. */
export type ReadFile = { readonly text: string } | { readonly text: null; readonly reason: string };

/** Reads a file whose path is relative to the prompt file's folder. It must refuse what is outside that folder. */
export type ReadPromptFile = (path: string) => ReadFile;
