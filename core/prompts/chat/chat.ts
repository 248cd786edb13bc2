// Renders chat messages with the model's own chat template, into fragments that keep control tokens and text
// apart.
import { t } from "../../base/index.ts";
import { PromptError, type PromptFault } from "../errors.ts";
import { splitControls, type Fragment } from "./fragments.ts";
import {
  Marks,
  parseTemplate,
  RaisedByTemplate,
  RenderError,
  renderTemplate,
  textFunction,
  valueOf,
  type Limits,
  type Template,
  type Value,
  type WhiteSpaceRules,
} from "../jinja/index.ts";
import type { ChatMessage } from "../promptFile.ts";
import { formatTime, type LocalTime } from "./strftime.ts";
import { withoutSystemTurns } from "./systemTurn.ts";

/** The white space rules that chat templates are written for: as transformers sets Jinja2 up. */
const CHAT_RULES: WhiteSpaceRules = { trimBlocks: true, lstripBlocks: true };
/** The longest template known has some 20 kB. */
const MAX_TEMPLATE_CHARACTERS = 2 ** 20;

export interface ChatOptions {
  /** Spellings of the vocabulary's control tokens; bosToken and eosToken may be missing. */
  readonly controlTokens: readonly string[];
  /** Empty if the vocabulary has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** The current time, for templates that write today's date. */
  readonly now: LocalTime;
  /** The file that the template is from, for faults; null or missing if it is the model's own. */
  readonly file?: string | null;
  /** Puts system text into the user's turn if the template refuses it or leaves it out; false if missing. */
  readonly systemInUserTurn?: boolean;
  /** Asked while the template is rendered; true ends that. */
  readonly isOverdue?: () => boolean;
}

export interface RenderedChat {
  /** As the template took them. */
  readonly messages: readonly ChatMessage[];
  /** In order; no adjacent texts, none empty. */
  readonly fragments: readonly Fragment[];
  /** The fragments joined: for display, not to tokenize, since control tokens and text can't be told apart in it. */
  readonly text: string;
  /** Whether the template left out the system text that it was given. */
  readonly leavesOutSystem: boolean;
  /** Whether the last user's text makes no difference to it, as in a file that is not a chat template. */
  readonly leavesOutUser: boolean;
}

/**
 * Renders the messages and the opening of the assistant's turn.
 * Text from a user stays text even if it spells a control token; control fragments come only from the template.
 * @param template the chat template of the model file; null or blank if it has none
 * @throws PromptError templateMissing, templateInvalid, templateRefused or templateFailed
 */
export function renderChat(
  template: string | null,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): RenderedChat {
  if (template === null || template.trim() === "") throw new PromptError({ tag: "templateMissing" });
  const { file = null } = options;
  if (template.length > MAX_TEMPLATE_CHARACTERS) {
    const reason = t("it has more than {0} characters", MAX_TEMPLATE_CHARACTERS);
    throw new PromptError({ tag: "templateInvalid", reason, file });
  }
  // Jinja2 drops one line end at the end of a template unless configured otherwise.
  const parsed = parseTemplate(template.replace(/(?:\r\n|\r|\n)$/, ""), CHAT_RULES);
  const [mistake] = parsed.mistakes;
  if (mistake !== undefined) throw new PromptError({ tag: "templateInvalid", reason: mistake.reason, file });
  const written = (given: readonly ChatMessage[]): Rendered => {
    const rendered = render(parsed, given, options);
    const again = (others: readonly ChatMessage[]) => orNull(() => render(parsed, others, options));
    return { ...rendered, leavesOutUser: leavesOutUser(rendered, given, again) };
  };
  const hasSystem = messages.some(({ role, content }) => role === "system" && content.trim() !== "");
  if (!hasSystem) return { ...written(messages), messages, leavesOutSystem: false };
  const asUser = withoutSystemTurns(messages);
  let asGiven: Rendered;
  try {
    asGiven = written(messages);
  } catch (error) {
    if (!(error instanceof PromptError && error.fault.tag === "templateRefused")) throw error;
    const instead = orNull(() => written(asUser));
    if (instead === null) throw error;
    if (options.systemInUserTurn === true) return { ...instead, messages: asUser, leavesOutSystem: false };
    throw new PromptError({ ...error.fault, refusesSystem: true }, { cause: error });
  }
  const leavesOutSystem = isSame(
    asGiven,
    orNull(() => written(withOtherSystem(messages))),
  );
  return leavesOutSystem && options.systemInUserTurn === true
    ? { ...written(asUser), messages: asUser, leavesOutSystem: false }
    : { ...asGiven, messages, leavesOutSystem };
}

type Written = Pick<RenderedChat, "fragments" | "text">;
type Rendered = Written & Pick<RenderedChat, "leavesOutUser">;

function render(parsed: Template, messages: readonly ChatMessage[], options: ChatOptions): Written {
  const { bosToken, eosToken, controlTokens, now, file = null, isOverdue } = options;
  const limits = { ...chatLimits(messages), ...(isOverdue && { isOverdue }) };
  const controls = new Set([...controlTokens, bosToken, eosToken]);
  const marks = new Marks(controls);
  const variables: [string, Value][] = [
    ["messages", valueOf(messages.map(({ role, content }) => ({ role, content: marks.mark(content) })))],
    ["bos_token", bosToken],
    ["eos_token", eosToken],
    ["add_generation_prompt", true],
    // Templates test whether these are none; if left out they would be undefined, which is not the same.
    ["tools", null],
    ["documents", null],
    ["strftime_now", textFunction("strftime_now", (format = "") => formatTime(now, format))],
  ];
  const rendered = attempt(marks, file, () =>
    renderTemplate(parsed, variables, { json: "plain", scalars: "python", limits, marks })
      .map(({ text }) => text)
      .join(""),
  );
  const spellings = [...controls].filter((spelling) => marks.covers(spelling));
  const fragments = splitControls(rendered, spellings).map(({ kind, text }) => ({
    kind,
    text: kind === "control" ? text : marks.plain(text),
  }));
  return { fragments, text: fragments.map(({ text }) => text).join("") };
}

/** Independent of the conversation, except for reading it: a step may keep some 200 bytes, a character two. */
const MAX_STEPS = 1_000_000;
const MAX_CHARACTERS = 5_000_000;

/**
 * Bounds that grow with what is rendered, and end a hostile template of a downloaded file in a fraction of a second: it
 * runs where stops are handled. ChatML takes 18 steps per message and writes a text once; templates that look for tools in
 * every message take some hundred steps.
 */
function chatLimits(messages: readonly ChatMessage[]): Limits {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    steps: Math.min(200_000 + 500 * messages.length + characters, MAX_STEPS + Math.floor(characters / 8)),
    characters: Math.max(Math.min(200_000 + 4 * characters, MAX_CHARACTERS), 2 * characters),
  };
}

/** The messages with something else instead of each system text that is not blank. */
function withOtherSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.map((message) =>
    message.role === "system" && message.content.trim() !== ""
      ? { ...message, content: `${message.content}\nOtherwise.` }
      : message,
  );
}

/** Whether the last user's text makes no difference, as in a file that is not a chat template. */
function leavesOutUser(
  rendered: Written,
  messages: readonly ChatMessage[],
  again: (messages: readonly ChatMessage[]) => Written | null,
): boolean {
  const last = messages.findLastIndex(({ role, content }) => role === "user" && content.trim() !== "");
  const message = messages[last];
  if (message === undefined || rendered.text.includes(message.content.trim())) return false;
  const other = { ...message, content: `${message.content}\nOtherwise.` };
  return isSame(rendered, again(messages.with(last, other)));
}

function isSame({ text }: Written, other: Written | null): boolean {
  return other?.text === text;
}

/** Null if the template refuses or fails. */
function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof PromptError) return null;
    throw error;
  }
}

function attempt<T>(marks: Marks, file: string | null, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new PromptError(faultOf(error, marks, file), { cause: error });
  }
}

function faultOf(error: unknown, marks: Marks, file: string | null): PromptFault {
  if (error instanceof RaisedByTemplate)
    return { tag: "templateRefused", reason: marks.plain(error.message), refusesSystem: false, file };
  if (error instanceof RenderError) return { tag: "templateFailed", reason: marks.plain(error.reason), file };
  throw error;
}
