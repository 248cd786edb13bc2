// The samples as a separate workspace, which tests may change.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../check.ts";

/** UPDATE_SCREENSHOTS=1 takes the pictures of media/ again. */
export const TAKES_PICTURES = process.env.UPDATE_SCREENSHOTS === "1";

/** Tokens that the model writes to a prompt of the samples; pictures show answers at their full length. */
const SAMPLE_TOKENS = 64;

/** With shorter answers, which show as much and take the model less time. */
export function copySamples(workspace: string): void {
  cpSync(path.join(repositoryFolder, "samples"), workspace, { recursive: true });
  if (TAKES_PICTURES) return;
  for (const name of readdirSync(workspace).filter((file) => file.endsWith(".prompty"))) {
    const file = path.join(workspace, name);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/max_tokens: \d+/, `max_tokens: ${SAMPLE_TOKENS}`),
    );
  }
}
