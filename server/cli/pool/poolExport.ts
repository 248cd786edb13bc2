// `laser pool export`: the answers of a pool as JSON lines, which any later pool can be built from.
import { several } from "../../../core/base/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import { readPoolAnswers } from "../../pools/index.ts";
import type { OverwriteFlags } from "../files/overwrite.ts";
import { checkOutputPath } from "../files/tracePath.ts";
import { print } from "../terminal/output.ts";

/** @throws PoolError, CliError outputPathUnusable, FilesError */
export async function exportPool(
  file: string,
  { out, overwrite }: OverwriteFlags & { readonly out: string },
): Promise<void> {
  const { answers } = await readPoolAnswers(file);
  await checkOutputPath(out, [file], { option: "--out", overwrite });
  const lines = answers.map(({ id, group, text }) => `${JSON.stringify({ id, group, text })}\n`);
  // Answers may be about people: the file is readable only by its owner.
  await writeFileAtomic(out, Buffer.from(lines.join("")), { mode: 0o600 });
  print(`${out}: ${several(answers.length, "answer")}`);
}
