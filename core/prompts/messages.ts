// Splits what a prompt's template rendered into messages, at the role lines that the template itself wrote. The output
// comes in pieces that say whether a text is the template's own or a value, so a value can't open a message, whatever it
// contains. One thing is left to values: the word of a role line, in a line of the template such as `{{ item.role }}:`.
import { t } from "../base/index.ts";
import { Dict, isList, RenderError, textOf, type Chunk, type Value } from "./jinja/index.ts";
import type { ChatMessage, Role } from "./promptFile.ts";
import { endsInColon, misreadRoleOf, roleLineOf, roleOf } from "./roles.ts";
import { isComposed, namesRole, withoutColon } from "./roleWord.ts";

export interface SplitOptions {
  /** Role of the text before the first role line. */
  readonly leadRole: Role;
}

/** Something that the author may not have meant, with its offset into the template. */
export interface RenderRemark {
  readonly kind: "roleByValue" | "roleUnread" | "messageEmpty" | "methodUncalled" | "partForeign";
  readonly at: number;
  readonly line: string;
}

export interface SplitMessages {
  readonly messages: readonly ChatMessage[];
  readonly remarks: readonly RenderRemark[];
  /** False if no role line was found. */
  readonly hasRoles: boolean;
}

/** A message that is being read. */
interface Open {
  readonly role: Role;
  /** Offset into the template of what opened it. */
  readonly at: number;
  readonly start: number;
  /** Text before the first role line, or after a conversation: no message if it is blank. */
  readonly isImplicit: boolean;
  /** The piece that holds its role line: a message that ends in the same piece was left empty in the file. */
  readonly chunk: Chunk | null;
}

/**
 * @throws RenderError, with an offset, for a role whose messages can't be sent
 */
export function splitMessages(chunks: readonly Chunk[], { leadRole }: SplitOptions): SplitMessages {
  const messages: ChatMessage[] = [];
  const remarks: RenderRemark[] = partsPrintedAsNothing(chunks);
  let role = leadRole;
  let hasRoles = false;
  for (const { text, parts, thread, at } of stretches(chunks)) {
    let open: Open = { role, at, start: 0, isImplicit: true, chunk: null };
    const close = (end: number, by: Chunk | null): void => {
      const content = withoutOuterLines(text.slice(open.start, end));
      const isLeft = open.isImplicit ? content.trim() === "" : open.chunk === by && content.trim() === "";
      if (isLeft) return;
      if (content === "") remarks.push({ kind: "messageEmpty", at: open.at, line: open.role });
      messages.push({ role: open.role, content });
    };
    for (const { start, end } of linesOf(text)) {
      const line = roleLineOf(text.slice(start, end));
      if (line === null) {
        remarks.push(...misread(parts, start, end, text.slice(start, end)));
        continue;
      }
      const opener = openerOf(parts, start, end, line.word);
      if (opener === null) continue;
      if (opener.isValue) {
        remarks.push({ kind: "roleByValue", at: opener.chunk.at, line: text.slice(start, end).trim() });
        continue;
      }
      if (line.role === null)
        throw failure(
          opener.chunk.at,
          t('"{0}" messages can\'t be sent: tool calls are not supported', line.word),
        );
      hasRoles = true;
      close(start, opener.chunk);
      open = { role: line.role, at: opener.chunk.at, start: end + 1, isImplicit: false, chunk: opener.chunk };
    }
    const last = parts.at(-1)?.chunk ?? null;
    close(text.length, last);
    role = open.role;
    for (const message of thread ?? []) messages.push(threadMessage(message, at));
    hasRoles ||= thread !== null;
  }
  return { messages, remarks, hasRoles };
}

/** One remark for each place that prints a method, or a part that Jinja writes differently. */
function partsPrintedAsNothing(chunks: readonly Chunk[]): RenderRemark[] {
  const places = new Map<number, RenderRemark>();
  for (const { note, at, from } of chunks) {
    if ((note !== "uncalled" && note !== "foreign") || from === null) continue;
    const kind = note === "uncalled" ? "methodUncalled" : "partForeign";
    places.set(at, { kind, at, line: from.kind === "attribute" ? from.name : "" });
  }
  return [...places.values()];
}

interface Part {
  readonly start: number;
  readonly chunk: Chunk;
}

/** The output up to a conversation, or to the end. */
interface Stretch {
  readonly text: string;
  readonly parts: readonly Part[];
  /** The conversation that follows it. */
  readonly thread: readonly Value[] | null;
  readonly at: number;
}

function stretches(chunks: readonly Chunk[]): readonly Stretch[] {
  const found: Stretch[] = [];
  let parts: Part[] = [];
  let texts: string[] = [];
  let length = 0;
  const finish = (thread: readonly Value[] | null, at: number): void => {
    found.push({ text: texts.join(""), parts, thread, at });
    [parts, texts, length] = [[], [], 0];
  };
  for (const chunk of chunks) {
    if (chunk.thread !== null) {
      if (chunk.thread.length > 0) finish(chunk.thread, chunk.at);
      continue;
    }
    parts.push({ start: length, chunk });
    texts.push(chunk.text);
    length += chunk.text.length;
  }
  finish(null, chunks.at(-1)?.at ?? 0);
  return found;
}

function* linesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield { start, end };
    start = end + 1;
  }
}

/**
 * Who wrote a line that reads like a role line: null if all of it is from a value, otherwise the piece that
 * counts, with `isValue` if a value contributes to it what values may not.
 */
function openerOf(
  parts: readonly Part[],
  start: number,
  end: number,
  word: string,
): { readonly chunk: Chunk; readonly isValue: boolean } | null {
  const before = start === 0 ? null : partAt(parts, start - 1);
  const inside = writersOf(parts, start, end);
  const values = inside.filter(({ chunk }) => chunk.from !== null);
  const own = inside.find(({ chunk, text }) => chunk.from === null && text.trim() !== "");
  const derived = values.find(({ chunk }) => chunk.note === "derived");
  const startsOwn = (before?.from ?? null) === null;
  const [value] = values;
  if (value === undefined) return { chunk: inside[0]!.chunk, isValue: !startsOwn };
  const from = value.chunk.from && withoutColon(value.chunk.from);
  const isWhole = own !== undefined ? from === value.chunk.from : from !== value.chunk.from;
  const isRoleWord =
    values.length === 1 &&
    isWhole &&
    startsOwn &&
    value.text.trim().replace(/\s*:$/, "").toLowerCase() === word &&
    value.text === value.chunk.text &&
    from !== null &&
    namesRole(from);
  if (isRoleWord) return { chunk: value.chunk, isValue: false };
  const mixed = own ?? derived ?? values.find(({ chunk }) => chunk.from !== null && isComposed(chunk.from));
  return mixed === undefined ? null : { chunk: value.chunk, isValue: true };
}

interface Writer {
  readonly chunk: Chunk;
  /** What it wrote of the line. */
  readonly text: string;
}

/** Who wrote the text between two offsets. */
function writersOf(parts: readonly Part[], start: number, end: number): readonly Writer[] {
  const inside: Writer[] = [];
  for (let index = partIndex(parts, start); index < parts.length && parts[index]!.start < end; index++) {
    const { start: from, chunk } = parts[index]!;
    const text = chunk.text.slice(Math.max(0, start - from), end - from);
    if (text !== "") inside.push({ chunk, text });
  }
  return inside;
}

/**
 * A remark on a line that opens no message though it was probably meant to: `{{ item.role }}:` with a word that is not a
 * role, or a role line that is glued to the end of the line before. What shows without values is reported by the parser.
 */
function misread(parts: readonly Part[], start: number, end: number, line: string): RenderRemark[] {
  if (!endsInColon(line)) return [];
  const remark = (chunk: Chunk): RenderRemark[] => [{ kind: "roleUnread", at: chunk.at, line: line.trim() }];
  if (/^#?\s*:$/.test(line.trim())) {
    const empty = parts.find((part) => part.start >= start && part.start <= end && isEmptyRole(part.chunk));
    return empty === undefined ? [] : remark(empty.chunk);
  }
  const writers = writersOf(parts, start, end);
  const last = writers.at(-1)!;
  if (writers.length > 1 && last.chunk.from === null && /^\S/.test(last.text) && roleLineOf(last.text)?.role)
    return remark(last.chunk);
  const value = writers.find(({ chunk }) => chunk.from !== null);
  const hasOwn = writers.some(({ chunk, text }) => chunk.from === null && text.trim() !== "");
  return value !== undefined && hasOwn && misreadRoleOf(line, true) !== null ? remark(value.chunk) : [];
}

const isEmptyRole = ({ text, from }: Chunk): boolean => text === "" && from !== null && namesRole(from);

/** The last part that starts at or before an offset. */
function partIndex(parts: readonly Part[], offset: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (parts[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function partAt(parts: readonly Part[], offset: number): Chunk | null {
  return parts[partIndex(parts, offset)]?.chunk ?? null;
}

/** A message of a conversation that was given as a value: a role, and a text or parts that are texts. */
function threadMessage(value: Value, at: number): ChatMessage {
  const roleName = value instanceof Dict ? value.get("role") : undefined;
  const role = typeof roleName === "string" ? roleOf(roleName) : null;
  if (!(value instanceof Dict) || role === null)
    throw failure(
      at,
      t("a message of the conversation has no role that can be sent: system, user or assistant"),
    );
  const content = value.get("content") ?? value.get("parts") ?? null;
  if (content === null) throw failure(at, t("a message of the conversation has no content"));
  if (content instanceof Dict) throw failure(at, t("a message of the conversation holds more than text"));
  if (!isList(content)) return { role, content: textOf(content) };
  const texts = content.map((part) => {
    const text = part instanceof Dict ? (part.get("text") ?? part.get("value")) : part;
    if (typeof text !== "string") throw failure(at, t("a message of the conversation holds more than text"));
    return text;
  });
  return { role, content: texts.join("") };
}

function failure(at: number, reason: string): RenderError {
  const error = new RenderError(reason);
  error.offset = at;
  return error;
}

/** Removes blank lines at both ends, including those that blocks and values leave; blanks within lines stay. */
function withoutOuterLines(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && (text[start] === "\n" || text[start] === "\r")) start++;
  while (end > start && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return text.slice(start, end);
}
