// npm run media:gallery [-- --theme dark|light|hc-dark|hc-light] [-- NAME…]
// Walks through every screen of the product in a real VS Code and takes its picture in each theme, for people to look at: cut
// texts, contrast, colours, English. NAME is a group of screens, or a screen: those before it in its group are only passed.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { repositoryFolder } from "../../support/check.ts";
import { Editor } from "../../support/host/editor.ts";
import { modelOnCpu } from "../../support/host/modelOnCpu.ts";
import { needEditor } from "../../support/host/needEditor.ts";
import { writeSheets } from "./contactSheet.ts";
import type { Screen, ScreenGroup } from "./screen.ts";
import { BATCH_RUN } from "./screens/batchRun.ts";
import { COMPARISONS } from "./screens/comparisons.ts";
import { FIRST_STEPS } from "./screens/firstSteps.ts";
import { MODELS } from "./screens/models.ts";
import { PANEL } from "./screens/panel.ts";
import { POOLS } from "./screens/pools.ts";
import { PROMPT_FILES, PROMPTS } from "./screens/prompts.ts";
import { SETTINGS } from "./screens/settings.ts";
import { TRACES } from "./screens/traces.ts";
import { cacheWithGpu } from "./standInGpu.ts";
import { THEME_NAMES, useTheme, WINDOWS, type ThemeName } from "./themes.ts";

const GROUPS: readonly ScreenGroup[] = [
  FIRST_STEPS,
  PROMPTS,
  PANEL,
  TRACES,
  SETTINGS,
  COMPARISONS,
  POOLS,
  BATCH_RUN,
  MODELS,
];
const VIEWPORT = { width: 1280, height: 800 };
const OUT = path.join(repositoryFolder, ".laser", "gallery");

const { values, positionals } = parseArgs({
  options: { theme: { type: "string", multiple: true } },
  allowPositionals: true,
});
const themes = chosenThemes(values.theme ?? THEME_NAMES);
const all = new Set(GROUPS.flatMap(({ name, screens }) => [name, ...screens.map((screen) => screen.name)]));
for (const name of positionals)
  if (!all.has(name)) throw new Error(`there is no screen ${name}; there are ${[...all].join(", ")}`);

await needEditor();
const cache = await cacheWithGpu();
const taken = new Set<string>();
const problems: string[] = [];
for (const theme of themes) mkdirSync(path.join(OUT, theme), { recursive: true });
for (const window of WINDOWS) {
  const shown = window.themes.filter((theme) => themes.includes(theme));
  if (shown.length > 0) for (const group of GROUPS) await walk(group, shown, window.settings);
}
await writeSheets(OUT, [...taken], themes);
rmSync(cache, { recursive: true, force: true });
console.info(`${taken.size} screens in ${themes.length} themes: ${path.join(OUT, "index.html")}`);
if (problems.length > 0) throw new Error(["not reached:", ...problems].join("\n"));

/** Each group in its own window: what fails in one leaves the others as they are. */
async function walk(
  { name: group, screens }: ScreenGroup,
  shown: readonly ThemeName[],
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const isWanted = ({ name }: Screen): boolean =>
    positionals.length === 0 || positionals.includes(group) || positionals.includes(name);
  const end = screens.findLastIndex(isWanted);
  if (end < 0) return;
  const editor = await Editor.open({
    env: { LASER_CACHE: cache },
    settings,
    files: { ...modelOnCpu(), ...PROMPT_FILES },
  });
  let at = "";
  try {
    await editor.page.setViewportSize(VIEWPORT);
    for (const screen of screens.slice(0, end + 1)) {
      at = screen.name;
      await screen.reach(editor);
      await (await screen.shown(editor)).waitFor();
      if (isWanted(screen)) await take(editor, screen, shown);
      await screen.leave?.(editor);
    }
  } catch (error) {
    problems.push(`${at}: ${String(error)}`);
    console.info(`not reached: ${at}`);
  }
  await editor.close().catch((error: unknown) => problems.push(`${group}: ${String(error)}`));
}

async function take(
  editor: Editor,
  { name, isHover = false }: Screen,
  shown: readonly ThemeName[],
): Promise<void> {
  if (!isHover) await editor.page.mouse.move(VIEWPORT.width - 3, VIEWPORT.height / 2);
  for (const theme of shown) {
    await useTheme(editor, theme);
    await editor.page.screenshot({ path: path.join(OUT, theme, `${name}.png`), animations: "disabled" });
  }
  taken.add(name);
  console.info(name, ...shown);
}

function chosenThemes(names: readonly string[]): readonly ThemeName[] {
  return names.map((given) => {
    const theme = THEME_NAMES.find((name) => name === given);
    if (theme === undefined) throw new Error(`--theme takes ${THEME_NAMES.join(", ")}, not ${given}`);
    return theme;
  });
}
