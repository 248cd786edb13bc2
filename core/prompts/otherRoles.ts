// Roles as other formats write them, in a file without any role line: chat templates' own tokens, and headings without a
// colon. The whole file is then the user's message, which its author hardly intended.
import type { Span } from "./positions.ts";
import type { Role } from "./promptFile.ts";

/** Written for models, never for people: one is enough. */
const TOKENS =
  /<\|(?:im_start\|>\s*)?(system|user|assistant)\b\|?>?|<start_of_turn>\s*(user|model)\b|(\[INST\])/i;
/** A heading may be about a user: it takes two different ones, as `# System` and `# User`. */
const HEADING = /^[ \t]*(?:#{1,6}[ \t]*)?(system|user|assistant)[ \t]*$/gim;

export interface OtherRole {
  readonly role: Role;
  readonly span: Span;
}

/** The first one in the text; null without any. */
export function otherRoleIn(text: string): OtherRole | null {
  const token = TOKENS.exec(text);
  if (token !== null) {
    const [spelled, tagged, turn] = token;
    return { role: roleIn(tagged ?? turn ?? "user"), span: spanOf(spelled, token.index) };
  }
  const headings = [...text.matchAll(HEADING)];
  const roles = new Set(headings.map(([, word = ""]) => word.toLowerCase()));
  const [first] = headings;
  if (first === undefined || roles.size < 2) return null;
  const line = first[0].trimStart();
  return {
    role: roleIn(first[1]!),
    span: spanOf(line.trimEnd(), first.index + first[0].length - line.length),
  };
}

function roleIn(word: string): Role {
  const name = word.toLowerCase();
  return name === "system" || name === "user" ? name : "assistant";
}

function spanOf(text: string, start: number): Span {
  return { start, end: start + text.length };
}
