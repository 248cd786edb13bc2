// The messages of a chat request as the model's chat template takes them: texts with a role, nothing else.
import * as vscode from "vscode";
import type { GenerateParams } from "../../server/protocol/worker.ts";

export type ChatMessages = NonNullable<GenerateParams["messages"]>;

/** @throws Error that names what a local model can't read, such as a picture or the result of a tool */
export function chatMessages(given: readonly vscode.LanguageModelChatRequestMessage[]): ChatMessages {
  return given.map((message) => ({ role: roleOf(message.role), content: textOf(message) }));
}

/** The parts of a message, one after another. @throws Error as chatMessages */
export function textOf({ content }: vscode.LanguageModelChatRequestMessage): string {
  return content
    .map((part) => {
      if (part instanceof vscode.LanguageModelTextPart) return part.value;
      const kind = typeof part === "object" && part !== null ? part.constructor.name : typeof part;
      throw new Error(
        vscode.l10n.t(
          "The local model reads only text: a part of the kind {0} can't be sent to it. Leave out attachments and tools.",
          kind,
        ),
      );
    })
    .join("");
}

/** Versions of VS Code may have more roles than two: what is neither user nor assistant instructs the model. */
function roleOf(role: vscode.LanguageModelChatMessageRole): ChatMessages[number]["role"] {
  switch (role) {
    case vscode.LanguageModelChatMessageRole.User:
      return "user";
    case vscode.LanguageModelChatMessageRole.Assistant:
      return "assistant";
    default:
      return "system";
  }
}
