// What --model names: a file, a model of the catalogue, or one of the Hugging Face Hub.
import { existsSync } from "node:fs";
import { CATALOGUE, DEMO_MODEL, findModel, nearestModelId } from "../../engine/index.ts";
import { CliError } from "../errors.ts";
import { expandHome } from "../files/paths.ts";

export type NamedModel =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "catalogue"; readonly id: string }
  /** `name` follows "hf:". */
  | { readonly kind: "hub"; readonly name: string };

/** The help of every --model. */
export const MODEL_HELP =
  "a GGUF file, a name of laser models list, or hf:USER/REPO[:QUANT]; default: LASER_MODEL, else the demo model";

/** Written like a name of the catalogue, not like a path: "smolm2", but neither "./smolm2" nor "smolm2.gguf". */
const IS_BARE_NAME = /^[^/\\]+(?<!\.gguf)$/i;

/**
 * @param given value of --model; without it LASER_MODEL decides, and without that it is the demo model
 * @throws CliError optionInvalid for an empty name, as an unset variable of a shell gives: it is not a model's name;
 *   ModelError unknownModel for a mistyped name of the catalogue
 */
export function namedModel(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): NamedModel {
  if (given?.trim() === "") {
    const reason = "it is empty; leave the option out for the demo model";
    throw new CliError({ tag: "optionInvalid", option: "--model", value: given, reason });
  }
  const name = given ?? env.LASER_MODEL ?? "";
  if (name === "") return { kind: "catalogue", id: DEMO_MODEL };
  if (name.startsWith("hf:")) return { kind: "hub", name: name.slice("hf:".length) };
  if (name.startsWith("catalogue:")) return { kind: "catalogue", id: name.slice("catalogue:".length) };
  const isFile = existsSync(name);
  if (!isFile && CATALOGUE.some(({ id }) => id === name)) return { kind: "catalogue", id: name };
  if (!isFile && IS_BARE_NAME.test(name) && nearestModelId(name) !== null) findModel(name);
  return { kind: "file", path: expandHome(name) };
}

/** The model's file among the inputs of a run; none if it is fetched. */
export function modelInput(given: string | undefined): string[] {
  const model = namedModel(given);
  return model.kind === "file" ? [model.path] : [];
}
