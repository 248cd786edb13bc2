// What a run is called, the same everywhere: in tabs, lists, lenses and the panel.
import { t } from "../../core/base/index.ts";
import { oneLineText, type Trace } from "../../core/trace/index.ts";
import type { RunIdentity } from "./panel.ts";

type Request = Trace["request"];

/** What a name contains: enough to distinguish two runs of a prompt. */
export interface NamedRun {
  /** Name or path of the prompt file; null for selected text. */
  readonly promptFile: string | null;
  readonly strategy: Request["strategy"];
  readonly rule: Request["rule"];
  /** Inherited tokens of a run that continues another; 0 for all others. */
  readonly inheritedTokens: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Used instead of a prompt file's name: messages of a chat. A file's name ends in .prompty. */
export const CHAT_PROMPT = "chat";

/** E.g. "book" of "prompts/book.prompty"; null for selected text. */
export function promptName(promptFile: string | null): string | null {
  const file = (promptFile ?? "").split(/[/\\]/).at(-1) ?? "";
  return file === "" ? null : oneLineText(file.replace(/\.prompty$/, ""));
}

/** What the panel says until a run can begin, e.g. "Preparing book". */
export function preparingWords(promptFile: string | null): string {
  return t("Preparing {0}", promptName(promptFile) ?? t("selected text"));
}

/** E.g. "laser k 6 p 0.02", "plain", "laser-strict from token 46". */
export function howWords({
  strategy,
  rule,
  inheritedTokens,
}: Omit<NamedRun, "promptFile" | "createdAt">): string {
  const from = inheritedTokens > 0 ? t(" from token {0}", inheritedTokens) : "";
  return `${strategy}${ruleWords(rule)}${from}`;
}

function ruleWords(rule: Request["rule"]): string {
  switch (rule.kind) {
    case "strict":
      return "";
    case "relaxed":
      return ` k ${rule.topK} p ${shortNumber(rule.minProbability)}`;
    case "delta":
      return t(" k {0} delta {1}", rule.topK, shortNumber(rule.delta));
    case "ratio":
      return t(" k {0} ratio {1}", rule.topK, shortNumber(rule.alpha));
  }
}

/** At most three digits after the point, without zeros at the end. */
const shortNumber = (value: number): string => String(Number(value.toFixed(3)));

/** E.g. "book · laser k 6 p 0.02 · 17:04"; a run of another day has its date before the time. */
export function runName(run: NamedRun, nowMs: number, language: string): string {
  const prompt = promptName(run.promptFile) ?? t("selected text");
  return `${prompt} · ${howWords(run)} · ${clockTime(Date.parse(run.createdAt), nowMs, language)}`;
}

/** E.g. "17:04" today, "28 Nov 17:04" on another day. */
export function clockTime(thenMs: number, nowMs: number, language: string): string {
  const [then, now] = [new Date(thenMs), new Date(nowMs)];
  const time = then.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  if (then.toDateString() === now.toDateString()) return time;
  return `${then.toLocaleDateString(language, { day: "numeric", month: "short" })} ${time}`;
}

/** Which run a recorded one is; it can be run again if its prompt's address or tokens are known. */
export function identityOf(request: Request, createdAt: string): RunIdentity {
  const { promptFile, strategy, rule, inheritedTokens = 0, promptUri } = request;
  const language = "en";
  return {
    name: runName({ promptFile, strategy, rule, inheritedTokens, createdAt }, Date.now(), language),
    promptFile,
    canRunAgain:
      promptUri !== undefined || (promptFile !== null && promptFile !== CHAT_PROMPT) || inheritedTokens > 0,
  };
}
