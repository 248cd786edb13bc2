// package.json as the editor reads it: with the texts of package.nls.json instead of their keys.
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../check.ts";

/** A whole string that refers to a text, e.g. "%commands.generate%". */
export const TEXT_KEY = /^%([^%]+)%$/;

/** The manifest as it is written, keys and all. */
export function writtenManifest(): unknown {
  return readJson("package.json");
}

/** Key → English text. */
export function manifestTexts(): Readonly<Record<string, string>> {
  return readJson("package.nls.json") as Readonly<Record<string, string>>;
}

/** The manifest in English. A key without a text stays as it is. */
export function englishManifest(): unknown {
  const texts = manifestTexts();
  return mapStrings(writtenManifest(), (text) => {
    const key = TEXT_KEY.exec(text)?.[1];
    return (key === undefined ? undefined : texts[key]) ?? text;
  });
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(repositoryFolder, file), "utf8"));
}
