// What makes two runs the same: a run is resumed only by one that would have written the same rows.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import type { GenerationSettings } from "../../core/settings/index.ts";

export const PUBLISHED = ["own", "all", "none"] as const;
/**
 * Which part of an answer may enter a pool while it is in use. own: the beginning that is the target's own choice · all: the
 * whole answer, as the published method has it · none: the pool stays as it is.
 */
export type Published = (typeof PUBLISHED)[number];

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const Named = Type.Object({ name: Type.String(), fingerprint: Type.String() });

export const IdentitySchema = Type.Object({
  /** fingerprint: SHA-256 of the file; of a model that is not a file, of its tokenizer. */
  model: Named,
  /** fingerprint: of the text, and of the files that it names. */
  prompt: Named,
  data: Named,
  /** Values of --set: fingerprint of their JSON; null without any. */
  values: orNull(Type.String()),
  /** Kept as written: an earlier version's may not have a setting, which is then named as a difference. */
  settings: Type.Unsafe<GenerationSettings>({ type: "object", additionalProperties: true }),
  /** What the pool started from; null: empty. */
  pool: orNull(Named),
  /** What enters the pool. */
  published: Type.Enum([...PUBLISHED]),
  poolBudgetTokens: orNull(Type.Integer({ minimum: 1 })),
  groups: orNull(Named),
  historyTokens: orNull(Type.Integer({ minimum: 1 })),
  expects: Type.Enum(["text", "json"] as const),
});
export type RunIdentity = Parsed<typeof IdentitySchema>;

/** How `now` differs from the run that wrote the output, as sentences without a full stop; empty for the same run. */
export function differences(before: RunIdentity, now: RunIdentity): string[] {
  const flatBefore = flat(before);
  const flatNow = flat(now);
  const names = [...new Set([...flatBefore.keys(), ...flatNow.keys()])];
  return names.flatMap((name) => {
    const [was, is] = [flatBefore.get(name) ?? "none", flatNow.get(name) ?? "none"];
    return was === is ? [] : [`${name} is ${is}, and was ${was}`];
  });
}

/** E.g. "settings.sampling.seed" → "7". A name and its fingerprint are one. */
function flat(identity: RunIdentity): Map<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (typeof value !== "object" || Array.isArray(value)) {
      found.set(name, typeof value === "string" ? value : JSON.stringify(value));
      return;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    // Only the content counts: a file may have been renamed.
    if (typeof fields.fingerprint === "string")
      found.set(
        name,
        fields.fingerprint === "" ? String(fields.name) : `of content ${fields.fingerprint.slice(0, 12)}`,
      );
    else for (const [key, inner] of Object.entries(fields)) add(`${name}.${key}`, inner);
  };
  for (const [name, value] of Object.entries(identity)) add(name, value);
  return new Map([...found].map(([name, value]) => [name.replace(/^settings\./, ""), value]));
}
