// Loads the model that a measuring command names, with its progress.
import { loadLlamaEngine, type Engine } from "../../engine/index.ts";
import { readChatTemplate, withChatTemplate } from "../../worker/index.ts";
import { findModel } from "../loadSession.ts";
import { engineChoices } from "../options/settingOptions.ts";
import { complain } from "../terminal/output.ts";
import type { Progress } from "../terminal/progress.ts";

/** @throws the faults of finding and loading a model; the signal's reason when stopped */
export async function openEngine(
  flags: { readonly model?: string },
  contextTokens: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Engine> {
  const found = await findModel(flags.model, progress, signal);
  progress.update("loading the model");
  const { threads, chatTemplatePath, ...device } = engineChoices(flags, contextTokens);
  const template = chatTemplatePath === undefined ? null : await readChatTemplate(chatTemplatePath, signal);
  const loaded = await loadLlamaEngine({
    ...found,
    ...device,
    ...(threads !== undefined && { maxThreads: threads }),
    signal,
    log: (level, line) => {
      if (level === "error") complain(line.trimEnd());
    },
  });
  return withChatTemplate(loaded, template);
}
