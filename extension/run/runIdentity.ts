// Which run a request is, before it starts: later its trace says the same.
import * as vscode from "vscode";
import { ruleFor } from "../../core/laser/index.ts";
import type { RunParams } from "../../server/protocol/methods.ts";
import type { RunIdentity } from "../shared/panel.ts";
import { CHAT_PROMPT, runName } from "../shared/runName.ts";

export function identityOfRequest({ generate }: Pick<RunParams, "generate">): RunIdentity {
  const { promptFile, settings, continueFrom } = generate;
  const { strategy, relaxed } = settings;
  const run = {
    ...{ promptFile, strategy, rule: ruleFor(strategy, relaxed) },
    inheritedTokens: continueFrom?.inheritedTokens ?? 0,
    createdAt: new Date().toISOString(),
  };
  const canRunAgain = promptFile !== CHAT_PROMPT;
  return { name: runName(run, Date.now(), vscode.env.language), promptFile, canRunAgain };
}
