// lit's template tags, in the language of the editor: the texts of a template are translated once, where it becomes HTML.
import { html as litHtml, svg as litSvg, type SVGTemplateResult, type TemplateResult } from "lit";
import { isTranslated, replaceTexts, t } from "../../core/base/index.ts";

interface Translated {
  readonly strings: TemplateStringsArray;
  readonly order: readonly number[];
}

/** By the template's own strings, which stay the same however often it is drawn. */
const known = new WeakMap<TemplateStringsArray, Translated>();

function translated(strings: TemplateStringsArray): Translated {
  const before = known.get(strings);
  if (before !== undefined) return before;
  const { parts, order } = replaceTexts(strings, (text) => t(text));
  // lit takes only what looks like the strings of a template literal.
  const made = { strings: Object.assign([...parts], { raw: [...parts] }), order };
  known.set(strings, made);
  return made;
}

export function html(strings: TemplateStringsArray, ...values: unknown[]): TemplateResult<1> {
  if (!isTranslated()) return litHtml(strings, ...values);
  const { strings: own, order } = translated(strings);
  return litHtml(own, ...order.map((index) => values[index]));
}

export function svg(strings: TemplateStringsArray, ...values: unknown[]): SVGTemplateResult {
  if (!isTranslated()) return litSvg(strings, ...values);
  const { strings: own, order } = translated(strings);
  return litSvg(own, ...order.map((index) => values[index]));
}
