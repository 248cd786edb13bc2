// Role lines: what opens a message, and which role each word means.
import { asItLooks, COLON_AT_END } from "./lookAlikes.ts";
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

/** Markup around a role line. */
const AROUND = /^[#*_`\s]+|[*_`]/gu;
/** Words of other tools. Those of the second list may head a text about models and robots as well. */
const MISREAD: Readonly<Record<string, Role>> = { human: "user", ai: "assistant" };
const MISREAD_VALUES: Readonly<Record<string, Role>> = {
  model: "assistant",
  bot: "assistant",
  gpt: "assistant",
};

/** Whether a line may be a role line that is written in an odd way. */
export function endsInColon(line: string): boolean {
  return COLON_AT_END.test(line.slice(-LONGEST_ROLE_LINE));
}

/**
 * The role that a line was probably meant to open, though it opens none: `**user:**`, `user：`, `usеr:` with U+0435, `human:`.
 * @param isByValue it reads so because of a value that is called a role
 */
export function misreadRoleOf(line: string, isByValue: boolean): Role | null {
  if (line.length > LONGEST_ROLE_LINE || !endsInColon(line)) return null;
  const looks = asItLooks(line);
  const plain = looks.replace(AROUND, "").trim();
  const word = /^([a-z]+)\s*:+$/i.exec(plain)?.[1]?.toLowerCase() ?? "";
  const meant = roleOf(word) ?? (looks === line ? null : (roleLineOf(looks)?.role ?? null));
  // A word of another script may look like a short one, such as "ai".
  if (meant !== null || !/[a-z]/i.test(line.normalize("NFKC"))) return meant;
  return MISREAD[word] ?? (isByValue ? (MISREAD_VALUES[word] ?? null) : null);
}

/** The role that a word means, in any letter case; null for none that can be sent. */
export function roleOf(word: string): Role | null {
  const name = word.toLowerCase();
  if (name === "developer") return "system";
  return name === "system" || name === "user" || name === "assistant" ? name : null;
}
