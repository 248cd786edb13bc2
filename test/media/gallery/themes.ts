// The themes of the gallery. A window follows the system between a dark and a light one: lists, hovers and menus stay open
// meanwhile, which choosing a theme would close.
import { haveWebviewsTheme } from "../../support/host/inWorkbench.ts";
import type { Editor } from "../../support/host/editor.ts";

interface Theme {
  /** What the system prefers, for it to be shown. */
  readonly scheme: "dark" | "light";
  /** The class of the workbench. */
  readonly workbench: string;
  /** As webviews name its kind. */
  readonly kind: string;
}

const THEMES = {
  dark: { scheme: "dark", workbench: "vs-dark", kind: "vscode-dark" },
  light: { scheme: "light", workbench: "vs", kind: "vscode-light" },
  "hc-dark": { scheme: "dark", workbench: "hc-black", kind: "vscode-high-contrast" },
  "hc-light": { scheme: "light", workbench: "hc-light", kind: "vscode-high-contrast-light" },
} as const satisfies Readonly<Record<string, Theme>>;
export type ThemeName = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as readonly ThemeName[];

const followSystem = (dark: string, light: string): Readonly<Record<string, unknown>> => ({
  "window.autoDetectColorScheme": true,
  "workbench.preferredDarkColorTheme": dark,
  "workbench.preferredLightColorTheme": light,
});
/** The windows, by the themes that each can show. */
export const WINDOWS: readonly {
  readonly themes: readonly ThemeName[];
  readonly settings: Readonly<Record<string, unknown>>;
}[] = [
  { themes: ["dark", "light"], settings: followSystem("Dark Modern", "Light Modern") },
  {
    themes: ["hc-dark", "hc-light"],
    settings: followSystem("Default High Contrast", "Default High Contrast Light"),
  },
];

/** Resolves once the workbench and all pages have it. */
export async function useTheme(editor: Editor, name: ThemeName): Promise<void> {
  const { scheme, workbench, kind } = THEMES[name];
  await editor.page.emulateMedia({ colorScheme: scheme });
  await editor.page.locator(`.monaco-workbench.${workbench}`).waitFor();
  await editor.page.waitForFunction(haveWebviewsTheme, kind);
}
