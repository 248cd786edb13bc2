// Answers of pools as read-only documents.
import path from "node:path";
import * as vscode from "vscode";
import { POOL_ENTRY_SCHEME } from "../host/catalogue.ts";
import { listPool, type PoolPrograms } from "./poolProcess.ts";

interface Place {
  readonly path: string;
  readonly entry: number;
}

/** E.g. `laser-pool:/films.laserpool, answer 17.md?{"path":"…","entry":17}`. */
export function entryUri(place: Place): vscode.Uri {
  return vscode.Uri.from({
    scheme: POOL_ENTRY_SCHEME,
    path: `/${path.basename(place.path)}, answer ${place.entry}.md`,
    query: JSON.stringify(place),
  });
}

export function poolEntryTexts(programs: PoolPrograms): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(POOL_ENTRY_SCHEME, {
    async provideTextDocumentContent(uri) {
      const { path: file, entry } = JSON.parse(uri.query) as Place;
      const { entries } = await listPool(programs, file, { entry, limit: 1 });
      return entries[0]?.text ?? vscode.l10n.t("This answer is no longer in the pool.");
    },
  });
}
