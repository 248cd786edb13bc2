// @ts-check
// The layout of files that are generated, as `npm run format` leaves it.
import { readFileSync } from "node:fs";
import { format } from "oxfmt";

const options = /** @type {import("oxfmt").FormatConfig} */ (
  JSON.parse(readFileSync(new URL("../.oxfmtrc.json", import.meta.url), "utf8"))
);

/**
 * @param {string} file its name determines the language
 * @param {string} text
 * @returns {Promise<string>}
 */
export async function laidOut(file, text) {
  const { code, errors } = await format(file, text, options);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} can't be laid out: ${error.message}`);
  return code;
}
