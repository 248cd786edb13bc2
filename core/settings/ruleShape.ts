// The kinds of rule and their fields. Settings and traces bound the same fields differently: older runs must open.
import * as Type from "typebox";

export interface RuleFields<Count extends Type.TSchema, Share extends Type.TSchema> {
  readonly topK: Count;
  readonly minProbability: Share;
  readonly delta: Share;
  readonly alpha: Share;
}

/** The schema of a rule whose fields have these schemas. delta and ratio serve for comparison. */
export function ruleShape<Count extends Type.TSchema, Share extends Type.TSchema>(
  { topK, minProbability, delta, alpha }: RuleFields<Count, Share>,
  options: Type.TSchemaOptions = {},
) {
  return Type.Union(
    [
      Type.Object({ kind: Type.Literal("strict") }),
      Type.Object({ kind: Type.Literal("relaxed"), topK, minProbability }),
      Type.Object({ kind: Type.Literal("delta"), topK, delta }),
      Type.Object({ kind: Type.Literal("ratio"), topK, alpha }),
    ],
    options,
  );
}
