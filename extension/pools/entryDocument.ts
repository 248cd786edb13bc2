// Answers of pools as read-only documents.
import path from "node:path";
import * as Type from "typebox";
import * as vscode from "vscode";
import { parse, type Parsed } from "../../core/base/index.ts";
import { POOL_ENTRY_SCHEME } from "../host/catalogue.ts";
import { listPool, type PoolPrograms } from "./poolProcess.ts";

const PlaceSchema = Type.Object({ path: Type.String(), entry: Type.Integer({ minimum: 0 }) });
type Place = Parsed<typeof PlaceSchema>;

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
      const place = placeOf(uri);
      if (place === null) return vscode.l10n.t("This is not the address of an answer in a pool.");
      const { path: file, entry } = place;
      const { entries } = await listPool(programs, file, { entry, limit: 1 });
      return entries[0]?.text ?? vscode.l10n.t("This answer is no longer in the pool.");
    },
  });
}

function placeOf({ query }: vscode.Uri): Place | null {
  try {
    return parse(PlaceSchema, JSON.parse(query));
  } catch {
    return null; // Not JSON.
  }
}
