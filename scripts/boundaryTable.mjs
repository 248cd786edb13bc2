// Writes ARCHITECTURE.md's table of boundaries from .dependency-cruiser.mjs, between two markers; with --check it only
// says whether the document is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { folders } from "../.dependency-cruiser.mjs";
import { laidOut } from "./layout.mjs";

const DOCUMENT = "ARCHITECTURE.md";
const [BEGIN, END] = ["<!-- boundaries: npm run boundaries:table -->", "<!-- /boundaries -->"];

/** @param {string} parent */
const innerOf = (parent) => Object.keys(folders).filter((name) => name.startsWith(`${parent}/`)).length;

/**
 * Names of one parent together: "core: `base` `laser`".
 * @param {readonly string[]} names
 */
function shortened(names) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const name of names) {
    const cut = name.indexOf("/");
    const parent = cut < 0 ? "" : name.slice(0, cut);
    groups.set(parent, [...(groups.get(parent) ?? []), name.slice(cut + 1)]);
  }
  return [...groups]
    .map(([parent, inner]) => {
      const isAll = inner.length === innerOf(parent);
      return `${parent}: ${isAll ? "all" : inner.map((name) => `\`${name}\``).join(" ")}`;
    })
    .join("; ");
}

const rows = Object.entries(folders).map(
  ([name, { mayImport, mayImportTypes = [], doors, pure, packages }]) => {
    const types = mayImportTypes.length === 0 ? "" : `. Types only: ${shortened(mayImportTypes)}`;
    const through = doors === undefined ? "any file" : doors.join(", ") || "–";
    const other = packages === undefined ? "any" : packages.join(", ") || "none";
    return `| \`${name}\` | ${shortened(mayImport) || "–"}${types} | ${through} | ${pure ? "yes" : ""} | ${other} |`;
  },
);
const table = `| folder | may import | entered through | pure | packages |\n| - | - | - | - | - |\n${rows.join("\n")}`;

const text = readFileSync(DOCUMENT, "utf8");
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has no ${BEGIN} … ${END}`);
const fresh = await laidOut(
  DOCUMENT,
  `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`,
);
if (process.argv.includes("--check")) {
  if (fresh !== text) {
    console.error(`${DOCUMENT}: the table of boundaries is out of date; run: npm run boundaries:table`);
    process.exitCode = 1;
  }
} else writeFileSync(DOCUMENT, fresh);
