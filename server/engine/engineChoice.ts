// Which engine evaluates: llama.cpp called directly, or through node-llama-cpp's own evaluation.
import { EngineError } from "./errors.ts";

/** auto: the direct engine where its guard passes, else the library's · others: that engine or a fault. */
export const ENGINE_CHOICES = ["auto", "native", "library"] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** The choice that the variable LASER_ENGINE makes. @throws EngineError engineChoiceUnknown */
export function engineChoice(value: string | undefined): EngineChoice {
  if (value === undefined || value === "") return "auto";
  const choice = ENGINE_CHOICES.find((known) => known === value);
  if (choice === undefined)
    throw new EngineError({ tag: "engineChoiceUnknown", value, known: ENGINE_CHOICES });
  return choice;
}
