// The language server in a pseudo-locale: each text that it sends about a prompt file is in the brackets of its bundle. What it
// quotes from the file is inside them.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  Hover,
  MarkupContent,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { mutatedPrompt, soundPrompts } from "../../support/mutatedPrompts.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";
import { pseudoBundle, untranslatedParts } from "../../support/pseudoLocale.ts";
import { runsOf } from "../../support/property.ts";
import { withYaml } from "../../support/process/smallPrompts.ts";

/** Mistakes that chance seldom makes. */
const MISTAKES = [
  withYaml("inputs: [{name: a}, {name: a}, b]\noutputs: 3\ntemplate: {kind: [1]}\ntools: [x]"),
  withYaml('template: mustache\nsample: {a: "${env:HOME}", b: "${file:none.json}"}\nauthors: {}'),
  withYaml(
    "model: {parameters: {max_tokens: many, stopp: x, temperature: -1}}\nlaser: {gpu: off, strategy: fast}",
  ),
  withYaml("", "user:\n{{ a | uper }}{{ a is defind }}{{ a.b.1x }}{{ (a }}{{ 'a }}\n"),
  withYaml(
    "",
    "user:\n{% for x in %}{% endfor %}{% elif %}{% macro %}{% wrong %}{% include 'a' %}{% if a %}\n",
  ),
  withYaml("", "usr:\nHi\ntool:\nHi\nuser[name='a']:\n"),
];

interface Shown {
  readonly where: string;
  readonly text: string;
}

test("no text about a prompt file is left untranslated", async (context: TestContext) => {
  const server = await readyServer(context, { translations: pseudoBundle() });
  const sound = soundPrompts();
  const documents = [...MISTAKES, ...sound];
  for (let seed = 1; seed <= runsOf(100); seed++) documents.push(mutatedPrompt(sound, seed));
  const shown: Shown[] = [];
  for (const [index, text] of documents.entries()) shown.push(...(await textsAbout(server, text, index)));
  assert.ok(shown.length > 1_000, `only ${shown.length} texts were shown`);
  const untranslated = shown.flatMap(({ where, text }) =>
    untranslatedParts(text).map((part) => `${where}: ${part}`),
  );
  assert.deepEqual([...new Set(untranslated)], []);
});

/** Problems, fixes, and what is shown at twenty places of the text. */
async function textsAbout(server: ServerClient, text: string, index: number): Promise<readonly Shown[]> {
  const { connection } = server;
  const uri = `untitled:pseudo-${index}.prompty`;
  const textDocument = { uri };
  const asked = <T>(method: string, params: object): Promise<T> =>
    connection.sendRequest<T>(`textDocument/${method}`, { textDocument, ...params });
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "prompty", version: 0, text },
  });
  const diagnostics = await server.until<readonly Diagnostic[]>((received) =>
    received.kind === "diagnostics" && received.published.uri === uri ? received.published.diagnostics : null,
  );
  const shown = diagnostics.map(({ code, message }): Shown => ({
    where: String(code),
    text: typeof message === "string" ? message : message.value,
  }));
  const [range] = diagnostics.map((diagnostic) => diagnostic.range);
  if (range !== undefined)
    for (const { title } of await asked<CodeAction[]>("codeAction", { range, context: { diagnostics } }))
      shown.push({ where: "fix", text: title });
  const source = TextDocument.create(uri, "prompty", 0, text);
  for (let place = 1; place <= 20; place++) {
    const position = source.positionAt(Math.floor((place * text.length) / 21));
    const hover = await asked<Hover | null>("hover", { position });
    if (hover !== null) shown.push({ where: "hover", text: prose(hover.contents as MarkupContent) });
    for (const { documentation } of await asked<CompletionItem[]>("completion", { position }))
      if (documentation !== undefined)
        shown.push({ where: "completion", text: prose(documentation as MarkupContent) });
  }
  return shown;
}

/** Without what is quoted from the file: blocks of code, and names in bold. */
const prose = ({ value }: MarkupContent): string =>
  value.replace(/(`{3,})text\n[^]*?\n\1/g, "").replace(/\*\*[^\n]*?\*\*/g, "");
