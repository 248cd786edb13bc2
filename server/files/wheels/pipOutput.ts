// What the output of Python and pip says about a failure.

/** pip says "no matching distribution" also when it never reached its index; the lines before distinguish the two. */
export const neverReached = (output: readonly string[]): boolean =>
  output.some((line) => /connection broken|max retries|timed out/i.test(line));

export const lastWords = (output: readonly string[]): string =>
  (output.at(-1) ?? "it gave no reason").replace(/^ERROR: /, "").replace(/\.$/, "");
