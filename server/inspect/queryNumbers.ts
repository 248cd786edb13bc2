// Numbers as a query writes them: 2, 0.05, 5%, 2..5. It must not know tokens.
import type { NumberField } from "./queryFields.ts";
import { fault, type Operator, type QueryFault, type ScannedValue } from "./queryScan.ts";

export interface NumberRange {
  readonly low: number;
  readonly high: number;
  /** Whether the ends are left out. */
  readonly isOpen: boolean;
}

/** Digits behind the point up to which a share is shown at least: @p:1 is what reads 1.00, not all above a half. */
const SHARE_DECIMALS = 2;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** What a number field is held against. Equality of figures that are not whole goes as far as they are written. */
export function parseRange(
  field: NumberField,
  operator: Operator,
  { at, length, text }: ScannedValue,
): NumberRange | QueryFault {
  const isEquality = operator === ":" || operator === "=" || operator === "!=";
  const dots = text.indexOf("..");
  if (dots >= 0 && isEquality) {
    const [from, to] = [text.slice(0, dots), text.slice(dots + 2)];
    const low = from === "" ? -Infinity : parseNumber(from, field);
    const high = to === "" ? Infinity : parseNumber(to, field);
    if (low === null || high === null || (from === "" && to === ""))
      return noNumber(field, { at, length, text });
    if (low > high) return fault(at, length, `The range ${text} runs backwards: write ${to}..${from}.`);
    return { low, high, isOpen: false };
  }
  const number = parseNumber(text, field);
  if (number === null) return noNumber(field, { at, length, text });
  switch (operator) {
    case ":":
    case "=":
    case "!=": {
      const slack = field.isWhole ? 0 : slackOf(text, field);
      return { low: number - slack, high: number + slack, isOpen: false };
    }
    case ">":
      return { low: number, high: Infinity, isOpen: true };
    case ">=":
      return { low: number, high: Infinity, isOpen: false };
    case "<":
      return { low: -Infinity, high: number, isOpen: true };
    case "<=":
      return { low: -Infinity, high: number, isOpen: false };
  }
}

function noNumber(field: NumberField, { at, length, text }: ScannedValue): QueryFault {
  const percent =
    text.endsWith("%") && !field.isShare
      ? "takes no per cent"
      : `holds numbers, and “${text.slice(0, 40)}” is none`;
  return fault(at, length, `@${field.name} ${percent}: write it as in ${field.example}.`);
}

/** null: not a number, or one in per cent where the field is no share. */
function parseNumber(text: string, { isShare }: NumberField): number | null {
  const isPercent = text.endsWith("%");
  const digits = isPercent ? text.slice(0, -1) : text;
  if ((isPercent && !isShare) || !NUMBER.test(digits)) return null;
  const number = Number(digits);
  if (!Number.isFinite(number)) return null;
  return isPercent ? number / 100 : number;
}

/** Half a unit of the last digit written: @ms:20 finds 19.5 to 20.5. */
function slackOf(text: string, { isShare }: NumberField): number {
  const isPercent = text.endsWith("%");
  const [mantissa = "", exponent = "0"] = text.toLowerCase().replace("%", "").split("e");
  const point = mantissa.indexOf(".");
  const written = point < 0 ? 0 : mantissa.length - point - 1;
  const decimals = written - Number(exponent) + (isPercent ? 2 : 0);
  return 0.5 * 10 ** -(isShare ? Math.max(SHARE_DECIMALS, decimals) : decimals);
}
