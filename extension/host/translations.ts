// The language of the extension's own texts. Imported first, since some are asked for while modules load.
import * as vscode from "vscode";
import { useTranslations } from "../../core/base/index.ts";

if (vscode.l10n.bundle !== undefined) useTranslations(vscode.l10n.bundle);

/** Gives a program that is started the same language; it reads the bundle itself. */
export const translationsEnv: Readonly<Record<string, string>> =
  vscode.l10n.uri?.scheme === "file" ? { LASER_TRANSLATIONS: vscode.l10n.uri.fsPath } : {};
