// A step's verdicts as a row of small bars.
import type { TemplateResult } from "lit";
import { html, svg } from "../../page/html.ts";
import type { VerdictKind } from "../../../core/laser/index.ts";
import { depthsOf, type TraceStep } from "../../../core/trace/index.ts";

const TICK_PX = 5;

/** One tick per depth of the draft: filled if its token was accepted, outlined if relaxed, low if none was kept. */
export function ticks(step: Pick<TraceStep, "draft" | "verdicts" | "path">): TemplateResult {
  const kinds = kindsByDepth(step);
  const width = TICK_PX * kinds.length;
  return html`<svg class="ticks" width=${width} height="12" viewBox="0 0 ${width} 12" aria-hidden="true">
    ${kinds.map((kind, i) => {
      const kept = kind === "accepted" || kind === "relaxed";
      return svg`<rect class=${kind} x=${i * TICK_PX + 0.5} y=${kept ? 1.5 : 8.5} width="3" height=${kept ? 9 : 2} />`;
    })}
  </svg>`;
}

/** At each depth the verdict on the kept token; below the path, whether any token was judged. */
function kindsByDepth({
  draft,
  verdicts,
  path,
}: Pick<TraceStep, "draft" | "verdicts" | "path">): VerdictKind[] {
  const kinds: VerdictKind[] = [];
  depthsOf(draft).forEach((depth, place) => {
    const kind = verdicts[place]?.kind ?? "unreached";
    if (depth < path.length) kinds[depth] = verdicts[path[depth]!]?.kind ?? kind;
    else if (kinds[depth] === undefined || kind === "rejected") kinds[depth] = kind;
  });
  return kinds;
}
