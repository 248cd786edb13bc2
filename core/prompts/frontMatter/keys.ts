// The keys of the front matter: turns YAML nodes into metadata, parameters and declared variables.
import { t } from "../../base/index.ts";
import type { Node } from "yaml";
import {
  NO_PARAMETERS,
  PROMPT_KEYS,
  settingOf,
  settingProblem,
  type PromptParameters,
} from "../../settings/index.ts";
import {
  INPUT_KEYS,
  INPUT_SCHEMA_KEYS,
  MODEL_KEYS,
  NEUTRAL_OPTIONS,
  OPTION_KEYS,
  TOP_KEYS,
} from "./keyTexts.ts";
import { reportUnknown, wrongNote, wrongType, wrongValue } from "./keyReports.ts";
import { readLaser } from "./laserBlock.ts";
import type { Span } from "../positions.ts";
import { schemaOfParameter } from "./responseFormat.ts";
import type { LaserBlock, PromptMeta, PromptValue } from "../promptFile.ts";
import type { Entry, YamlReader } from "./yamlReader.ts";

export interface Declaration {
  readonly name: string;
  readonly span: Span;
  readonly value: PromptValue;
  /** The file gives null as its value. */
  readonly isNull: boolean;
  readonly isThread: boolean;
  /** `required: false`: it prints as nothing without a value. */
  readonly isOptional: boolean;
  readonly isFromFile: boolean;
}

export interface FrontMatterValues {
  readonly meta: PromptMeta;
  readonly parameters: PromptParameters;
  readonly declarations: readonly Declaration[];
  /** null without a `laser:` block. */
  readonly laser: LaserBlock | null;
}

export const NO_VALUES: FrontMatterValues = {
  meta: { name: null, description: null, version: null, authors: [], tags: [] },
  parameters: NO_PARAMETERS,
  declarations: [],
  laser: null,
};

const DESCRIBING_KEYS = ["type", "kind", "default", "sample", "example"];
/** The first one present gives an input its value. */
const INPUT_VALUES = ["sample", "example", "default"];

/** Reads the whole front matter; anything wrong is reported and left at its default. */
export function readKeys(map: Node, reader: YamlReader): FrontMatterValues {
  const entries = reader.entries(map) ?? [];
  reportUnknown(entries, Object.keys(TOP_KEYS), t("the front matter"), reader);
  const at = new Map(entries.map((entry) => [entry.key, entry]));
  readOutputs(at.get("outputs"), reader);
  readOutputs(at.get("outputSchema"), reader);
  const schemaInputs = readInputSchema(at.get("inputSchema"), reader);
  readTemplate(at.get("template"), reader);
  reportTools(at.get("tools"), reader);
  const laser = readLaser(at.get("laser"), reader);
  return {
    meta: {
      name: readText(at.get("name"), reader),
      description: readText(at.get("description"), reader),
      version: readText(at.get("version"), reader),
      authors: readTexts(at.get("authors"), reader),
      tags: readTexts(at.get("tags"), reader),
    },
    parameters: {
      ...readModel(at.get("model"), reader),
      ...(laser === null ? {} : { laser: laser.settings }),
    },
    declarations: readDeclarations(at.get("sample"), at.get("inputs") ?? schemaInputs, reader),
    laser,
  };
}

function readText(entry: Entry | undefined, reader: YamlReader): string | null {
  if (entry === undefined || reader.isNull(entry.value)) return null;
  const value = reader.scalar(entry.value);
  if (value !== undefined && typeof value !== "boolean") return String(value);
  return wrongNote(entry, t("a string"), reader);
}

function readTexts(entry: Entry | undefined, reader: YamlReader): readonly string[] {
  if (entry === undefined || reader.isNull(entry.value)) return [];
  const single = reader.scalar(entry.value);
  if (single !== undefined) return [String(single)];
  const given = reader.items(entry.value)?.filter((item) => !reader.isNull(item));
  const items = given?.map((item) => reader.scalar(item));
  if (items !== undefined && !items.includes(undefined)) return items.map(String);
  wrongNote(entry, t("a list of strings"), reader);
  return [];
}

function readModel(entry: Entry | undefined, reader: YamlReader): PromptParameters {
  const parameters: Record<string, unknown> = { ...NO_PARAMETERS };
  // Prompty's second version allows just the name of a model here; which model runs is chosen elsewhere.
  if (entry === undefined || reader.isNull(entry.value) || typeof reader.scalar(entry.value) === "string")
    return parameters;
  const entries = reader.entries(entry.value);
  if (entries === null) {
    wrongType(entry, t("a map"), reader);
    return parameters;
  }
  reportUnknown(entries, Object.keys(MODEL_KEYS), "model", reader);
  for (const group of entries) {
    if ((group.key !== "parameters" && group.key !== "options") || reader.isNull(group.value)) continue;
    const settings = reader.entries(group.value);
    if (settings === null) wrongType(group, t("a map"), reader);
    else {
      const known = [...PROMPT_KEYS.keys(), ...Object.keys(OPTION_KEYS)];
      const isNeutral = ({ key, value }: Entry): boolean =>
        NEUTRAL_OPTIONS[key] !== undefined && String(reader.scalar(value)) === NEUTRAL_OPTIONS[key];
      const effective = settings.filter((entry) => !isNeutral(entry));
      reportUnknown(effective, known, `model.${group.key}`, reader);
    }
    for (const setting of settings ?? []) {
      const known = PROMPT_KEYS.get(setting.key);
      if (known === undefined || reader.isNull(setting.value)) continue;
      const given = reader.value(setting.value);
      // A list may be given as its only item.
      const isItem = settingOf(known.name).kind === "list" && typeof given === "string";
      const format = known.name === "jsonSchema" ? schemaOfParameter(setting.key, given) : null;
      // A device may be given as its number.
      const isNumber = settingOf(known.name).kind === "text" && typeof given === "number";
      const value = format ?? (isItem ? [given] : isNumber ? String(given) : given);
      const wanted =
        typeof format === "object" && format !== null
          ? format.wanted
          : settingProblem(settingOf(known.name), value);
      if (wanted === null) parameters[known.parameter] = value;
      else if (typeof value !== "number") wrongType(setting, wanted, reader);
      else wrongValue(setting, t('"{0}" must be {1}, not {2}.', setting.key, wanted, value), null, reader);
    }
  }
  return parameters;
}

/** `inputSchema: {properties: …}`, whose properties are inputs. */
function readInputSchema(entry: Entry | undefined, reader: YamlReader): Entry | undefined {
  if (entry === undefined || reader.isNull(entry.value)) return undefined;
  const entries = reader.entries(entry.value);
  if (entries === null) wrongType(entry, t("a map"), reader);
  else reportUnknown(entries, Object.keys(INPUT_SCHEMA_KEYS), "inputSchema", reader);
  return entries?.find(({ key }) => key === "properties");
}

/** Sample values override the values of inputs; both declare the variable. */
function readDeclarations(
  sample: Entry | undefined,
  inputs: Entry | undefined,
  reader: YamlReader,
): readonly Declaration[] {
  const declarations = new Map<string, Declaration>();
  if (inputs !== undefined && !reader.isNull(inputs.value)) {
    const found = readInputMap(inputs, reader) ?? readInputList(inputs, reader);
    if (found === null) wrongType(inputs, t("a map or a list of inputs"), reader);
    for (const declaration of found ?? []) {
      const { name, span } = declaration;
      if (declarations.has(name)) {
        const message = t('The input "{0}" is repeated here.', name);
        reader.report({
          severity: "error",
          code: "duplicateKey",
          message,
          nextStep: t("Remove one of the two."),
          span,
        });
      }
      declarations.set(name, declaration);
    }
  }
  if (sample !== undefined && !reader.isNull(sample.value)) {
    const { entries, isFromFile } = readValues(sample, reader);
    if (entries === null)
      wrongType(sample, t("a map of variable names to values, or a file with one"), reader);
    for (const entry of entries ?? []) {
      const before = declarations.get(entry.key);
      const found = readValue(entry, reader);
      const value = found ?? before?.value ?? null;
      const isNull = value === null && reader.isNull(entry.value);
      const span = isFromFile ? sample.span : entry.keySpan;
      declarations.set(entry.key, {
        ...{ name: entry.key, span, value, isNull, isThread: before?.isThread === true },
        isOptional: before?.isOptional === true,
        isFromFile: isFromFile || reader.isFromFile(entry.value),
      });
    }
  }
  return [...declarations.values()];
}

/** Values by name: a map, a reference to a file, or just the name of one, as Prompty's first version has it. */
function readValues(
  entry: Entry,
  reader: YamlReader,
): { readonly entries: readonly Entry[] | null; readonly isFromFile: boolean } {
  const path = reader.isFromFile(entry.value) ? undefined : reader.scalar(entry.value);
  if (typeof path !== "string" || !/\.(?:json|ya?ml)$/i.test(path.trim())) {
    // An unread file is reported where it is read; it has no entries.
    if (reader.isFromFile(entry.value) && reader.isNull(entry.value))
      return { entries: [], isFromFile: true };
    return { entries: reader.entries(entry.value), isFromFile: reader.isFromFile(entry.value) };
  }
  const node = reader.file(path.trim(), entry.span);
  return { entries: node === null ? [] : reader.entries(node), isFromFile: true };
}

/** `inputs: {name: {default: …}}`, or `inputs: {name: value}`. */
function readInputMap(inputs: Entry, reader: YamlReader): readonly Declaration[] | null {
  const { entries, isFromFile } = readValues(inputs, reader);
  if (entries === null) return null;
  return entries.map((entry) => {
    const fields = reader.entries(entry.value);
    // `{name: {a: 1}}` in a file of values is a value, not the description of an input.
    const describes = fields?.some(({ key }) => DESCRIBING_KEYS.includes(key)) === true;
    const read =
      fields !== null && (describes || !isFromFile)
        ? readInput(fields, entry.key, reader)
        : {
            value: readValue(entry, reader),
            isNull: reader.isNull(entry.value),
            isThread: false,
            isOptional: false,
            isFromFile: false,
          };
    const span = isFromFile ? inputs.span : entry.keySpan;
    return {
      name: entry.key,
      span,
      ...read,
      isFromFile: isFromFile || reader.isFromFile(entry.value) || read.isFromFile,
    };
  });
}

/** `inputs: [{name: …, default: …}]`. */
function readInputList(inputs: Entry, reader: YamlReader): readonly Declaration[] | null {
  const items = reader.items(inputs.value);
  if (items === null) return null;
  const declarations: Declaration[] = [];
  for (const item of items) {
    const fields = reader.entries(item);
    const named = fields?.find((field) => field.key === "name");
    const name = reader.scalar(named?.value ?? null);
    if (fields === null || named === undefined || typeof name !== "string") {
      const span = reader.spanOf(item, inputs.span);
      const message = t('An input of a list must be a map with a "name".');
      reader.report({ severity: "error", code: "wrongType", message, nextStep: null, span });
    } else {
      declarations.push({ name, span: named.span, ...readInput(fields, name, reader) });
    }
  }
  return declarations;
}

function readInput(
  fields: readonly Entry[],
  name: string,
  reader: YamlReader,
): Pick<Declaration, "value" | "isNull" | "isThread" | "isOptional" | "isFromFile"> {
  reportUnknown(fields, Object.keys(INPUT_KEYS), t('the input "{0}"', name), reader);
  const kind = fields.find(({ key }) => key === "kind" || key === "type");
  const isThread = reader.scalar(kind?.value ?? null) === "thread";
  const isOptional = fields.some(
    ({ key, value }) => (key === "required" || key === "is_required") && reader.scalar(value) === false,
  );
  let isNull = false;
  for (const key of INPUT_VALUES) {
    const field = fields.find((candidate) => candidate.key === key);
    if (field === undefined) continue;
    const value = readValue(field, reader);
    if (value !== null)
      return { value, isNull: false, isThread, isOptional, isFromFile: reader.isFromFile(field.value) };
    isNull ||= reader.isNull(field.value);
  }
  return { value: null, isNull, isThread, isOptional, isFromFile: false };
}

function readValue(entry: Entry, reader: YamlReader): PromptValue {
  const value = reader.value(entry.value);
  if (typeof value === "string" && value.toLowerCase().includes("${env:")) {
    reader.report({
      severity: "warning",
      code: "fileUnread",
      message: t(
        '"{0}" stays the text "{1}": variables of the environment are not put into prompts.',
        entry.key,
        value,
      ),
      nextStep: t("Write the value itself, or give it when you run the prompt."),
      span: entry.span,
    });
  }
  return value === undefined
    ? wrongType(entry, t("a text, number, truth value, list or map, nested less deeply"), reader)
    : value;
}

function readOutputs(entry: Entry | undefined, reader: YamlReader): void {
  if (entry === undefined || reader.isNull(entry.value)) return;
  if (reader.entries(entry.value) === null && reader.items(entry.value) === null)
    wrongNote(entry, t("a map or a list of outputs"), reader);
}

/** Silence would let an author believe that the model can call them. */
function reportTools(entry: Entry | undefined, reader: YamlReader): void {
  if (entry === undefined || reader.isNull(entry.value)) return;
  reader.report({
    severity: "warning",
    code: "toolsUnused",
    message: t("The model gets none of these tools: it can't call any here."),
    nextStep: t("Leave them to other programs that use this file."),
    span: entry.keySpan,
  });
}

/** `template: jinja2`, `template: {type: jinja2}` or `template: {format: jinja2}` or `{format: {kind: jinja2}}`. */
function readTemplate(entry: Entry | undefined, reader: YamlReader): void {
  if (entry === undefined || reader.isNull(entry.value)) return;
  const fields = reader.entries(entry.value);
  const format = fields?.find(({ key }) => key === "type" || key === "format");
  const kind =
    format === undefined ? undefined : reader.entries(format.value)?.find(({ key }) => key === "kind");
  const named = fields === null ? entry : (kind ?? format);
  if (named === undefined) return;
  const name = reader.scalar(named.value);
  if (typeof name !== "string") wrongType(named, t("the name of a template language"), reader);
  else if (!/^(?:jinja2?|nunjucks)$/i.test(name))
    wrongValue(
      named,
      t('Templates in "{0}" can\'t be rendered.', name),
      t('Write the prompt in Jinja: "template: jinja2".'),
      reader,
    );
}
