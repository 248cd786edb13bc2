// What the output of Python, pip and the converter says about a failure.

/** Why a conversion failed. */
export function conversionCause(fault: {
  readonly cause: string;
  readonly output: readonly string[];
}): string {
  switch (fault.cause) {
    case "noPython":
      return "Python 3.9 or later was not found";
    case "noPip":
      return "Python has no pip";
    case "pipFailed":
      return neverReached(fault.output)
        ? "pip could not reach its package index to get the converter"
        : `pip could not install the converter (${lastWords(fault.output)})`;
    case "wrongHash":
      return "the result is not the expected file";
    case "noSpace":
      return "the disk is full";
    default:
      return fault.output.length > 0 ? lastWords(fault.output) : fault.cause;
  }
}

/** pip says "no matching distribution" also when it never reached its index; the lines before distinguish the two. */
export const neverReached = (output: readonly string[]): boolean =>
  output.some((line) => /connection broken|max retries|timed out/i.test(line));

export const lastWords = (output: readonly string[]): string =>
  (output.at(-1) ?? "it gave no reason").replace(/^ERROR: /, "").replace(/\.$/, "");
