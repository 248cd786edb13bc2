// What to write instead of an option that other programs have, most of all llama.cpp's.

/** Our options by theirs. */
const OURS: ReadonlyMap<string, string> = new Map(
  (
    [
      ["--model PATH", ["-m"]],
      ["--model hf:USER/REPO:QUANT", ["-hf", "-hfr", "--hf", "--hf-repo", "--hf-file", "-hff"]],
      ["--max-tokens N", ["-n", "--n-predict", "--predict", "--num-predict", "--max-new-tokens"]],
      ["--context-tokens N", ["-c", "--ctx-size", "--ctx", "--n-ctx", "--context", "--context-size"]],
      ["--temperature T", ["--temp"]],
      ["--threads N", ["-t"]],
      ["--gpu-layers N", ["-ngl", "--ngl", "--n-gpu-layers"]],
      ["--device NAME", ["-dev", "-mg", "--main-gpu"]],
      ["--seed N", ["-s"]],
      ["--prompt TEXT", ["-p"]],
      ["--system TEXT", ["-sys", "--system-prompt", "--sys"]],
      ["the prompt file itself, without an option", ["-f", "--file", "--prompt-file", "-sysf"]],
      ["--repetition-penalty X", ["--repeat-penalty", "--repetition_penalty"]],
      ["--chat-template FILE", ["--chat-template-file"]],
      ["--stop TEXT", ["-r", "--reverse-prompt"]],
      ["--max-draft-tokens N", ["--draft", "--draft-max", "--draft-n"]],
      ["--out FILE", ["-o", "--output", "--output-file"]],
      ["--quiet", ["-q", "--silent", "--no-display-prompt"]],
      ["--verbose", ["-v"]],
      ["--values FILE", ["--vars", "--inputs", "--data"]],
      ["--set NAME=VALUE", ["--var", "--input", "-d"]],
    ] as const
  ).flatMap(([ours, theirs]) => theirs.map((name) => [name, ours] as const)),
);

/** A message of the command line's parser; after an unknown option with what to write instead, if that is known. */
export function withOptionHint(message: string): string {
  const unknown = /^error: unknown option '([^'=]+)/.exec(message)?.[1];
  const ours = unknown === undefined ? undefined : OURS.get(unknown);
  if (ours === undefined) return message;
  const [first = ""] = message.split("\n");
  return `${first}\n(Did you mean ${ours}?)\n`;
}
