// The colours that the manifest contributes, as an editor sets them on a webview in each kind of theme.
import { writtenManifest } from "../host/manifest.ts";
import type { ThemeKind } from "./themes.ts";

interface Manifest {
  readonly contributes: {
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
  };
}

const DEFAULTS: Readonly<Record<ThemeKind, string>> = {
  dark: "dark",
  light: "light",
  "high-contrast": "highContrast",
  "high-contrast-light": "highContrastLight",
};

/** Names without their "--vscode-", e.g. "laser-accepted". */
export function contributedColours(kind: ThemeKind): Readonly<Record<string, string>> {
  const { contributes } = writtenManifest() as Manifest;
  return Object.fromEntries(
    contributes.colors.map(({ id, defaults }) => [id.replaceAll(".", "-"), defaults[DEFAULTS[kind]] ?? ""]),
  );
}
