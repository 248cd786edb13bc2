// Role lines: what opens a message, and which role each word means.
import type { Role } from "./promptFile.ts";

/** What Prompty accepts: any letter case, blanks around, a # before it, attributes in brackets, nothing else. */
const ROLE_LINE = /^(?:#\s*)?(system|user|assistant|developer|tool|function)\s*(\[[^\]]*\])?\s*:$/i;
const ATTRIBUTE = /^\s*\w+\s*=/;
const LONGEST_ROLE_LINE = 200;

export interface RoleLine {
  /** In lower case, as written: "developer" is a system message, "tool" and "function" can't be sent. */
  readonly word: string;
  /** null for a word whose messages can't be sent. */
  readonly role: Role | null;
  /** `[name="x"]`; null if there are none. */
  readonly attributes: string | null;
}

/** The role line that a line of text is, or null. White space around it doesn't matter. */
export function roleLineOf(line: string): RoleLine | null {
  if (!/:\s*$/.test(line.slice(-LONGEST_ROLE_LINE))) return null;
  const text = line.trim();
  if (text.length > LONGEST_ROLE_LINE) return null;
  const match = ROLE_LINE.exec(text);
  const word = match?.[1]?.toLowerCase();
  if (word === undefined) return null;
  const attributes = match?.[2] ?? null;
  if (
    attributes !== null &&
    !attributes
      .slice(1, -1)
      .split(",")
      .every((part) => part.trim() === "" || ATTRIBUTE.test(part))
  )
    return null;
  return { word, role: roleOf(word), attributes };
}

/** The role that a word means, in any letter case; null for none that can be sent. */
export function roleOf(word: string): Role | null {
  const name = word.toLowerCase();
  if (name === "developer") return "system";
  return name === "system" || name === "user" || name === "assistant" ? name : null;
}
