// Identities of a step's draft as a tree: parents, the kept path, and the verdicts that follow from both.
import { isKept } from "../../laser/index.ts";
import { childrenOf, depthsOf, isChainDraft } from "../tree.ts";
import type { TraceStep } from "../types.ts";
import type { Must } from "./verdictIdentities.ts";

/** Parents precede children, and the path leads from the root down: what every walk over a tree relies on. */
export function checkTree({ index, draft, verdicts, path }: TraceStep, must: Must): void {
  const at = `step ${index + 1}`;
  must(
    verdicts.length === draft.length,
    () => `${at} has ${verdicts.length} verdicts on ${draft.length} drafted tokens`,
  );
  const orphan = draft.findIndex(({ parent }, place) => parent >= place);
  must(
    orphan < 0,
    () => `${at} has draft ${orphan + 1} after draft ${draft[orphan]!.parent + 1}, which is not before it`,
  );
  const wrong = path.findIndex((place, i) => draft[place]?.parent !== (path[i - 1] ?? -1));
  must(
    wrong < 0,
    () =>
      `${at} keeps draft ${path[wrong]! + 1}, which does not follow ${wrong === 0 ? "the root" : `draft ${path[wrong - 1]! + 1}`}`,
  );
}

/** Exactly the path is kept, tokens after a rejected one are unreached, and the step ends where the path does. */
export function checkPath(step: TraceStep, must: Must): void {
  const { draft, verdicts, path, next, rows, index } = step;
  const at = `step ${index + 1}`;
  const onPath = new Set(path);
  const inOrder = verdicts.every(({ kind, reason }, place) => {
    const { parent } = draft[place]!;
    const isReached = parent < 0 || isPassed(verdicts[parent]!);
    return (
      onPath.has(place) === isKept(kind) &&
      isReached === (kind !== "unreached") &&
      (reason !== "shorterBranch" || !isChainDraft(draft))
    );
  });
  must(inOrder, () => `${at} has its verdicts out of order: ${verdicts.map(({ kind }) => kind).join(" ")}`);
  const depths = depthsOf(draft);
  const longer = verdicts.findIndex((verdict, place) => isPassed(verdict) && depths[place]! >= path.length);
  must(
    longer < 0,
    () => `${at} keeps ${path.length} drafted tokens, but draft ${longer + 1} ends a longer branch`,
  );
  const last = path.at(-1) ?? -1;
  const nextKind = draft.length === 0 ? "plain" : childrenOf(draft, last).length > 0 ? "correction" : "bonus";
  must(
    next.kind === nextKind,
    () => `${at} ends with a ${next.kind}, but its verdicts call for a ${nextKind}`,
  );
  const own = rows[last + 1]?.own;
  must(
    own === undefined || next.id === own,
    () => `${at} ends with token ${next.id}, but the target chose ${String(own)}`,
  );
}

/** Kept, or not kept only because of a longer branch: the tokens after it were judged. */
function isPassed({ kind, reason }: TraceStep["verdicts"][number]): boolean {
  return isKept(kind) || reason === "shorterBranch";
}
