// Holds package.json's contributions against the extension's catalogue, both ways: what is contributed is known, and
// what is known is contributed. What is generated is as its definitions say.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { description, SETTING_NAMES, settingOf, SETTINGS } from "../../../core/settings/index.ts";
import { GENERATED } from "../../../scripts/generate/files.ts";
import { laidOut } from "../../../scripts/layout.mjs";
import {
  COLOURS,
  COMMANDS,
  CONTEXT_KEYS,
  EDITORS,
  HIDDEN_COMMANDS,
  LANGUAGE,
  OUTPUT_SCHEME,
  CHAT_VENDOR,
  TERMINAL_PROFILE,
  VIEWS,
  WALKTHROUGH,
} from "../../../extension/host/catalogue.ts";
import { TRACE_ENDINGS } from "../../../core/trace/index.ts";
import { repositoryFolder, table } from "../../support/check.ts";
import { englishManifest } from "../../support/host/manifest.ts";

interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly when: string;
    }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly jsonValidation: unknown;
    readonly customEditors: readonly { readonly viewType: string; readonly selector: unknown }[];
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[] }[];
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly type: string; readonly initialSize?: number }[]>
    >;
    readonly languageModelChatProviders: readonly { readonly vendor: string }[];
    readonly terminal: { readonly profiles: readonly { readonly id: string }[] };
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
  };
}

const manifest = englishManifest() as Manifest;
const { contributes } = manifest;
const sorted = (words: Iterable<string>): string[] => [...words].sort();

test("commands are the catalogue's, all under LASER", () => {
  assert.deepEqual(
    sorted(contributes.commands.map(({ command }) => command)),
    sorted([...Object.values(COMMANDS), ...Object.values(HIDDEN_COMMANDS)]),
  );
  assert.deepEqual(
    contributes.commands.filter(({ category, title }) => category !== "LASER" || title === ""),
    [],
  );
});

test("the decoding steps begin with over half of the side bar", () => {
  const views = contributes.views[VIEWS.container] ?? [];
  // VS Code counts a view without a size as 20.
  const all = views.reduce((sum, { initialSize = 20 }) => sum + initialSize, 0);
  const panel = views.find(({ id }) => id === VIEWS.panel);
  assert.ok((panel?.initialSize ?? 0) > all / 2, `${panel?.initialSize} of ${all}`);
});

test("each command that the palette hides is a hidden one, and no other", () => {
  const hidden = contributes.menus.commandPalette?.filter(({ when }) => when === "false");
  assert.deepEqual(
    hidden?.map(({ command }) => command),
    Object.values(HIDDEN_COMMANDS),
  );
});

test("the editors are contributed for their files", () => {
  assert.deepEqual(
    contributes.customEditors.map(({ viewType, selector }) => ({ viewType, selector })),
    [
      {
        viewType: EDITORS.trace,
        selector: Object.values(TRACE_ENDINGS).map((ending) => ({ filenamePattern: `*${ending}` })),
      },
      { viewType: EDITORS.runTable, selector: [{ filenamePattern: "*.jsonl" }] },
    ],
  );
});

test("traces of either form can be compared from the explorer, and no other file", () => {
  const when = contributes.menus["explorer/context"]?.[0]?.when ?? "";
  const pattern = new RegExp(/^resourceFilename =~ \/(.+)\/$/.exec(when)?.[1] ?? "none");
  const names = ["a.lasertrace", "a.lasertrace.gz", "a.gz", "a.lasertrace.gz.txt", "alasertrace"];
  assert.deepEqual(
    names.filter((name) => pattern.test(name)),
    ["a.lasertrace", "a.lasertrace.gz"],
  );
});

test("traces that are read as text are held against the schema that the build ships", () => {
  assert.deepEqual(contributes.jsonValidation, [
    { fileMatch: "*.lasertrace", url: "./dist/lasertrace.schema.json" },
  ]);
  const build = readFileSync(path.join(repositoryFolder, "esbuild.mjs"), "utf8");
  assert.match(build, /cpSync\("core\/trace\/lasertrace.schema.json", "dist\/lasertrace.schema.json"\)/);
});

test("menus name known commands and context keys", () => {
  const commands: readonly string[] = [...Object.values(COMMANDS), ...Object.values(HIDDEN_COMMANDS)];
  const keys: readonly string[] = [
    ...Object.values(CONTEXT_KEYS),
    ...Object.values(EDITORS),
    VIEWS.panel,
    VIEWS.prompts,
    VIEWS.traces,
    VIEWS.pools,
  ];
  const entries = Object.values(contributes.menus).flat();
  assert.ok(entries.length > 5, "no menus found: the check looks in the wrong place");
  assert.deepEqual(
    entries.filter(({ command }) => !commands.includes(command)),
    [],
  );
  const events = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.flatMap((step) => step.completionEvents),
  );
  const named = entries.flatMap(({ when }) => when.match(/laser\.[a-zA-Z.]+/g) ?? []);
  assert.deepEqual(
    named.filter((key) => !keys.includes(key)),
    [],
  );
  assert.ok(
    Object.values(CONTEXT_KEYS).every((key) => named.includes(key) || events.includes(`onContext:${key}`)),
    "a context key that nothing asks for",
  );
});

test("keys work only where they are ours: in prompts and answers, and in our lists", () => {
  const list = new RegExp(`focusedView == ${VIEWS.traces} && listFocus && !inputFocus`);
  const pools = new RegExp(`focusedView == ${VIEWS.pools} && listFocus && !inputFocus`);
  const places: Readonly<Record<string, RegExp>> = {
    [`ctrl+enter: ${COMMANDS.generate}`]: /editorTextFocus && editorLangId == prompty && !laser\.running/,
    [`ctrl+shift+f2: ${COMMANDS.stop}`]: /^laser\.running && \(editorLangId == prompty/,
    [`f2: ${HIDDEN_COMMANDS.tracesRename}`]: list,
    [`delete: ${HIDDEN_COMMANDS.tracesDelete}`]: list,
    [`delete: ${HIDDEN_COMMANDS.poolsDrop}`]: pools,
  };
  const keys = contributes.keybindings.map(({ command, key, when }) => ({
    name: `${key}: ${command}`,
    when,
  }));
  assert.deepEqual(
    keys.map(({ name }) => name),
    Object.keys(places),
  );
  for (const { name, when } of keys) assert.match(when, places[name]!);
});

test("the palette offers only what can do something", () => {
  const shown = new Map(contributes.menus.commandPalette?.map(({ command, when }) => [command, when]));
  assert.equal(shown.get(COMMANDS.stop), CONTEXT_KEYS.running);
  assert.equal(shown.get(COMMANDS.runAgain), CONTEXT_KEYS.canRunAgain);
  assert.equal(shown.get(COMMANDS.exportTrace), `activeCustomEditorId == ${EDITORS.trace}`);
  for (const command of [COMMANDS.copyAnswer, COMMANDS.saveAnswer, COMMANDS.addToPool])
    assert.equal(shown.get(command), `resourceScheme == ${OUTPUT_SCHEME}`);
});

test("the walkthrough's pictures exist, follow the theme, and each step is completed by something that we contribute", () => {
  const [walkthrough] = contributes.walkthroughs;
  assert.equal(walkthrough?.id, WALKTHROUGH);
  const known = [
    ...Object.values(COMMANDS),
    ...Object.values(CONTEXT_KEYS),
    VIEWS.panel,
  ] as readonly string[];
  const packed = readFileSync(path.join(repositoryFolder, ".vscodeignore"), "utf8").split("\n");
  assert.ok(packed.includes("!media/walkthrough/*.svg"), "the pictures are not packed");
  for (const { media, completionEvents, description: text } of walkthrough.steps) {
    const picture = readFileSync(path.join(repositoryFolder, media.svg), "utf8");
    assert.match(picture, /var\(--vscode-/);
    assert.doesNotMatch(picture, /<script|href=|style="[^"]*url/);
    assert.ok(completionEvents.length > 0);
    for (const event of completionEvents) assert.ok(known.includes(event.replace(/^on\w+:/, "")), event);
    for (const [, command] of text.matchAll(/\(command:(laser\.[\w.]+)/g))
      assert.ok(known.includes(command!) || command!.endsWith(".focus"), command);
  }
});

test("the links of empty views run known commands", () => {
  const known: readonly string[] = [...Object.values(COMMANDS), ...Object.values(HIDDEN_COMMANDS)];
  const named = contributes.viewsWelcome.flatMap(({ contents }) => [
    ...contents.matchAll(/\(command:([\w.]+)/g),
  ]);
  const ours = named.map(([, command]) => command ?? "").filter((command) => command.startsWith("laser."));
  assert.ok(ours.length > 0);
  assert.deepEqual(
    ours.filter((command) => !known.includes(command)),
    [],
  );
  const links = contributes.viewsWelcome.map(({ contents }) => contents).join();
  assert.ok(links.includes(encodeURIComponent(JSON.stringify(["laser.traces.record"]))));
});

table(
  "generated",
  Object.entries(GENERATED).map(([name, generate]) => ({ name, generate })),
  async ({ name, generate }) => {
    const before = readFileSync(path.join(repositoryFolder, name), "utf8");
    assert.equal(before, await laidOut(name, await generate(before)), "run npm run generate");
  },
);

test("each setting and each choice has a sentence", () => {
  const texts = SETTING_NAMES.map(settingOf).flatMap((setting) => [
    description(setting),
    ...(setting.kind === "choice" ? Object.values(setting.choices) : []),
  ]);
  assert.deepEqual(
    texts.filter((text) => !/^[A-Z0-9].{5,}\.$/.test(text)),
    [],
  );
});

test("settings that choose the model or name files belong to a machine", () => {
  const restricted = SETTING_NAMES.map(settingOf).filter(({ restricted }) => restricted);
  assert.ok(restricted.every(({ scope }) => scope === "machine-overridable"));
});

test("colours are the catalogue's, with a value for every kind of theme", () => {
  assert.deepEqual(
    contributes.colors.map(({ id }) => id),
    [...COLOURS],
  );
  for (const { id, defaults } of contributes.colors) {
    assert.deepEqual(
      sorted(Object.keys(defaults)),
      ["dark", "highContrast", "highContrastLight", "light"],
      id,
    );
    assert.ok(
      Object.values(defaults).every((colour) => /^#[0-9A-F]{6}$/.test(colour)),
      id,
    );
  }
});

test("views, containers and languages are the catalogue's", () => {
  assert.deepEqual(
    contributes.viewsContainers.activitybar.map(({ id }) => id),
    [VIEWS.container],
  );
  assert.deepEqual(
    Object.entries(contributes.views).map(([box, views]) => [box, views.map(({ id }) => id)]),
    [[VIEWS.container, [VIEWS.panel, VIEWS.prompts, VIEWS.traces, VIEWS.pools]]],
  );
  const own = contributes.languages.find(({ id }) => id === LANGUAGE);
  assert.deepEqual(own?.extensions, [".prompty"]);
});

test("the extension wakes for prompts, and for what is restored when the window is reloaded", () => {
  assert.deepEqual(manifest.activationEvents, [
    "onStartupFinished",
    `onLanguage:${LANGUAGE}`,
    `onFileSystem:${OUTPUT_SCHEME}`,
    "onWebviewPanel:laser.settingsEditor",
    "onWebviewPanel:laser.compare",
    "onWebviewPanel:laser.modelPage",
    // A link opens a trace.
    "onUri",
  ]);
});

test("the extension runs where the workspace is, never in a browser, and offers its terminal", () => {
  assert.deepEqual(manifest.extensionKind, ["workspace"]);
  assert.ok(!("browser" in manifest));
  assert.deepEqual(
    contributes.terminal.profiles.map(({ id }) => id),
    [TERMINAL_PROFILE],
  );
  assert.deepEqual(
    contributes.languageModelChatProviders.map(({ vendor }) => vendor),
    [CHAT_VENDOR],
  );
});

test("files that the manifest names exist", () => {
  const named =
    JSON.stringify({ contributes, icon: manifest.icon }).match(/(?:\.\/)?(?:media|extension)\/[\w.-]+/g) ??
    [];
  assert.ok(named.length >= 5);
  assert.deepEqual(
    named.filter((file) => !existsSync(path.join(repositoryFolder, file))),
    [],
  );
});

test("the code uses only settings, commands and context keys of the catalogue", () => {
  const folder = path.join(repositoryFolder, "extension");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const known = new Set<string>([
    ...Object.values(COMMANDS),
    ...Object.values(HIDDEN_COMMANDS),
    ...Object.values(CONTEXT_KEYS),
    ...Object.keys(SETTINGS).map((name) => `laser.${name}`),
    ...COLOURS,
    ...Object.values(EDITORS),
    ...Object.values(VIEWS),
    "laser.status", // Names of the status bar items.
    "laser.promptTokens",
    "laser.settingsEditor", // Type of the settings editor's webview.
    "laser.compare", // Type of the compare page's webview.
    "laser.modelPage", // Type of the model page's webview.
    "laser.mjs", // The program of batch runs.
    "laser.cmd", // What starts it in a task or terminal on Windows.
    TERMINAL_PROFILE,
  ]);
  const named = sources.flatMap((file) =>
    [...readFileSync(path.join(folder, file), "utf8").matchAll(/["'`](laser\.[A-Za-z.]+)["'`]/g)].map(
      ([, name]) => ({ file, name }),
    ),
  );
  assert.ok(named.length > 10, "no names found: the check looks in the wrong place");
  assert.deepEqual(
    named.filter(({ name }) => name === undefined || !known.has(name)),
    [],
  );
});
