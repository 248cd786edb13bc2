// The settings of one generation, as sent with each request: their schema, type and defaults, and how values by name
// are put in their places.
import * as Type from "typebox";
import { DEFAULT_SAMPLING, STRATEGY_TRAITS } from "../laser/index.ts";
import type { SettingValues } from "./catalogue.ts";
import { ruleShape } from "./ruleShape.ts";
import { Guards, Relaxed, Run } from "./run.ts";
import { Sampling } from "./sampling.ts";

const { topK, minProbability } = Relaxed.properties;

/** delta and ratio have no separate settings. */
const RelaxedRule = ruleShape({ topK, minProbability, delta: minProbability, alpha: minProbability });

export const GenerationSchema = Type.Object({
  ...Run.properties,
  /** The rule of relaxed strategies; strict ones ignore it. */
  relaxed: RelaxedRule,
  guards: Guards,
  /** How many tokens the penalty covers is not a setting, but a trace may have any number. */
  sampling: Type.Object({ ...Sampling.properties, repetitionTokens: Type.Integer({ minimum: 0 }) }),
});

type Fixed<Value> = Value extends object ? { readonly [Key in keyof Value]: Fixed<Value[Key]> } : Value;
export type GenerationSettings = Fixed<Type.Static<typeof GenerationSchema>>;

type Fields<Group> = Group extends Type.TObject<infer Properties> ? Properties : never;
type Defaults<Group extends Type.TObject> = Fixed<Type.Static<Type.TObject<Fields<Group>>>>;

function defaultsOf<Group extends Type.TObject>({ properties }: Group): Defaults<Group> {
  const all = Object.entries(properties).map(([field, setting]) => [
    field,
    (setting as { readonly default: unknown }).default,
  ]);
  return Object.fromEntries(all) as Defaults<Group>;
}

export const DEFAULT_SETTINGS: GenerationSettings = {
  ...defaultsOf(Run),
  relaxed: { kind: "relaxed", ...defaultsOf(Relaxed) },
  guards: defaultsOf(Guards),
  sampling: { ...defaultsOf(Sampling), repetitionTokens: DEFAULT_SAMPLING.repetitionTokens },
};

/** The settings with the given values instead; a name that is not part of a generation is ignored. */
export function withValues(settings: GenerationSettings, values: Partial<SettingValues>): GenerationSettings {
  const result: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(values)) {
    const [group = "", field] = name.split(".");
    if (!Object.hasOwn(settings, group)) continue;
    result[group] = field === undefined ? value : { ...(result[group] as object), [field]: value };
  }
  return result as GenerationSettings;
}

/**
 * Whether a run is asked to be reproducible. By default strict strategies are on the CPU; no GPU was found that allows it.
 * Plain decoding is the baseline for speed.
 */
export function isReproducible({ reproducible, strategy }: GenerationSettings, onCpu: boolean): boolean {
  if (reproducible === "auto") return onCpu && strategy !== "plain" && STRATEGY_TRAITS[strategy].strict;
  return reproducible === "on";
}
