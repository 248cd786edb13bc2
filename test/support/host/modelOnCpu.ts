// The settings under which flows in an editor answer with the real model.
import { testModelPath } from "../decoding/realModel.ts";

/**
 * A file of the workspace: a served editor takes the settings of a machine from the machine or the workspace, not from the
 * user. The pool holds answers much like those of the flows, so that relaxed verification keeps some of their words.
 */
export function modelOnCpu(): Record<string, string> {
  return {
    ".vscode/settings.json": JSON.stringify({
      "laser.model": testModelPath(),
      "laser.gpu": "off",
      "laser.contextTokens": 1024,
      "laser.poolFile": "answers.jsonl",
    }),
  };
}
