// Settings in effect as options of the `laser` command, for a run in its own process. Pure.
import { SETTING_NAMES, settingOf, type GenerationSettings } from "../../core/settings/index.ts";
import type { ModelChoice } from "../../server/protocol/worker.ts";

/**
 * E.g. ["--strategy=laser", "--guard-end-of-text=on", "--stop=\n\n"].
 * @param fileOf keeps a text that the command reads from a file, such as a JSON schema, and returns the file's path
 */
export function generationFlags(settings: GenerationSettings, fileOf: (text: string) => string): string[] {
  return SETTING_NAMES.flatMap((name) => {
    const setting = settingOf(name);
    const value = valueAt(settings, name);
    if (setting.flag === undefined || value === undefined) return [];
    const [option = ""] = setting.flag.split(" ");
    // One word with its value: a value that begins with "-" would be read as an option.
    const flag = (text: string): string => `${option}=${text}`;
    if (setting.valueFromFile === true)
      return typeof value === "string" && value.trim() !== "" ? [flag(fileOf(value))] : [];
    if (value === null) return "nullWord" in setting ? [flag(setting.nullWord ?? "")] : [];
    if (Array.isArray(value)) return value.map((item) => flag(String(item)));
    if (typeof value === "boolean") return [flag(value ? "on" : "off")];
    return typeof value === "string" || typeof value === "number" ? [flag(String(value))] : [];
  });
}

export function modelFlags(model: ModelChoice): string[] {
  const { path, catalogueId, gpu, device, gpuLayers, contextTokens, threads, kvType, chatTemplatePath } =
    model;
  const named = path ?? catalogueId;
  return [
    ...(named === undefined ? [] : [`--model=${named}`]),
    `--gpu=${gpu}`,
    ...(device === undefined ? [] : [`--device=${device}`]),
    ...(gpuLayers === undefined ? [] : [`--gpu-layers=${gpuLayers}`]),
    `--context-tokens=${contextTokens}`,
    ...(threads === undefined ? [] : [`--threads=${threads}`]),
    ...(kvType === undefined ? [] : [`--kv-type=${kvType}`]),
    ...(chatTemplatePath === undefined ? [] : [`--chat-template=${chatTemplatePath}`]),
  ];
}

/** The value of a setting's name in the settings of a generation, e.g. of "sampling.topK"; undefined if it has none. */
function valueAt(settings: GenerationSettings, name: string): unknown {
  const [group = "", field] = name.split(".");
  const whole = (settings as unknown as Readonly<Record<string, unknown>>)[group];
  return field === undefined ? whole : (whole as Readonly<Record<string, unknown>> | undefined)?.[field];
}
