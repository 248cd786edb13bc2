// A step's verdicts as a row of small bars.
import { html, svg, type TemplateResult } from "lit";
import { isKept } from "../../core/laser/index.ts";
import type { TraceStep } from "../../core/trace/index.ts";

const TICK_PX = 5;

/** One tick per drafted token: filled if accepted, outlined if relaxed, low if not kept. */
export function ticks({ verdicts }: Pick<TraceStep, "verdicts">): TemplateResult {
  const width = TICK_PX * verdicts.length;
  return html`<svg class="ticks" width=${width} height="12" viewBox="0 0 ${width} 12" aria-hidden="true">
    ${verdicts.map(({ kind }, i) => {
      const kept = isKept(kind);
      return svg`<rect class=${kind} x=${i * TICK_PX + 0.5} y=${kept ? 1.5 : 8.5} width="3" height=${kept ? 9 : 2} />`;
    })}
  </svg>`;
}
