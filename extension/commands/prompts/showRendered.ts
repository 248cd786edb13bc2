// LASER: Show Rendered Prompt: what the model gets of a prompt, with the values that a run would have.
import * as vscode from "vscode";
import { requireTrust } from "../../host/trust.ts";
import type { RenderedPrompts } from "../../tokens/renderedPrompt.ts";
import type { CommandContext } from "../context.ts";
import { promptSource } from "./promptSource.ts";
import { askValues } from "./promptValues.ts";

export async function showRendered(
  context: CommandContext,
  rendered: RenderedPrompts,
  uri?: vscode.Uri,
): Promise<void> {
  if (!requireTrust(context.notifier, vscode.l10n.t("read a model's chat template"))) return;
  const prompt = await promptSource(context, uri);
  if (prompt === null) return;
  const values = await askValues(context, prompt);
  if (values === null) return;
  const { source, promptFile } = prompt;
  await rendered.show(prompt.uri, { source, promptFile, values });
}
