// System text for chat templates that have no system role.
import type { ChatMessage } from "../promptFile.ts";

const GAP = "\n\n";

/**
 * The messages with the text of each system message in a user's: at the start of the one that follows it, or else at the end of
 * the one before it, or else in one of its own. A blank line separates the texts.
 */
export function withoutSystemTurns(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const kept: ChatMessage[] = [];
  let waiting: string[] = [];
  const place = (): void => {
    if (waiting.length === 0) return;
    const last = kept.at(-1);
    const content = (last?.role === "user" ? [last.content, ...waiting] : waiting).join(GAP);
    if (last?.role === "user") kept.pop();
    kept.push({ role: "user", content });
    waiting = [];
  };
  for (const message of messages) {
    if (message.role === "system") {
      if (message.content.trim() !== "") waiting.push(message.content);
      continue;
    }
    if (message.role === "user") {
      kept.push({ role: "user", content: [...waiting, message.content].join(GAP) });
      waiting = [];
    } else {
      place();
      kept.push(message);
    }
  }
  place();
  return kept;
}
