// What the differences say: whether knowledge helps here at all, and only then whether relaxing it does harm.
import type { AucDifference, StudyResult } from "./clickModel.ts";

/**
 * Whether the study can show anything: knowledge that does not help the click model can't be harmed by relaxing.
 * helps: strict knowledge is better than none and than other items' knowledge, both intervals above 0.
 */
export type Evidence =
  | { readonly kind: "helps" }
  | { readonly kind: "noEvidence"; readonly unmet: readonly AucDifference[] };

/** Of a relaxed arm against strict; `margin` is the largest loss of AUC that counts as harmless. */
export type Verdict =
  | { readonly kind: "harmless" }
  /** The whole interval lies below −margin. */
  | { readonly kind: "harmful" }
  /** The interval reaches below −margin: more users, seeds or items would be needed. */
  | { readonly kind: "undecided" };

export function evidenceOf({ differences }: Pick<StudyResult, "differences">): Evidence {
  const unmet = differences.filter(
    ({ of, against, low }) => of === "strict" && (against === "none" || against === "shuffled") && low <= 0,
  );
  return unmet.length === 0 ? { kind: "helps" } : { kind: "noEvidence", unmet };
}

export function verdictOf({ low, high }: Pick<AucDifference, "low" | "high">, margin: number): Verdict {
  if (low > -margin) return { kind: "harmless" };
  return high < -margin ? { kind: "harmful" } : { kind: "undecided" };
}

/** A sentence for a relaxed arm. */
export function verdictText({ kind }: Verdict, margin: number): string {
  switch (kind) {
    case "harmless":
      return `harmless within ${margin}`;
    case "harmful":
      return `worse than strict by more than ${margin}`;
    case "undecided":
      return `undecided: a loss of more than ${margin} is not excluded`;
  }
}
