// Numbers in a query: 2, 0.05, 5%, 2..5.
import { t } from "../../base/index.ts";
import type { NumberField } from "./queryFields.ts";
import { fault, type Operator, type QueryFault, type ScannedValue } from "./queryScan.ts";

export interface NumberRange {
  readonly low: number;
  readonly high: number;
  /** Whether the ends are excluded. */
  readonly isOpen: boolean;
}

/** Minimum decimals of a shown share: @p:1 matches what is shown as 1.00, not everything above 0.5. */
const SHARE_DECIMALS = 2;

/** Maximum number of typed characters that a message repeats. */
const MAX_SHOWN = 40;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The range that a number is compared with. Figures that are not whole are equal up to the digits written. */
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
      return noNumber(field, operator, { at, length, text });
    const outside = [from, to].find((end) => end !== "" && isOutside(end, field));
    if (outside !== undefined) return outOfBounds(field, { at, length, text: outside });
    if (low > high) return fault(at, length, t("The range {0} is reversed: write {1}..{2}.", text, to, from));
    return { low, high, isOpen: false };
  }
  const number = parseNumber(text, field);
  if (number === null) return noNumber(field, operator, { at, length, text });
  if (isOutside(text, field)) return outOfBounds(field, { at, length, text });
  if (field.isWhole && isEquality && !Number.isInteger(number))
    return fault(
      at,
      length,
      t(
        "@{0} takes whole numbers, and {1} is not one: write it as in {2}.",
        field.name,
        text.slice(0, MAX_SHOWN),
        field.example,
      ),
    );
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

/** Operators of other languages and their equivalents here. */
const MEANT: Readonly<Record<string, Operator>> = { "==": "=", "=>": ">=", "=<": "<=", "<>": "!=" };

function noNumber(field: NumberField, operator: Operator, { at, length, text }: ScannedValue): QueryFault {
  const { name, example } = field;
  const short = text.slice(0, MAX_SHOWN);
  const written = operator + text.slice(0, 1);
  const meant = Object.hasOwn(MEANT, written) ? MEANT[written] : undefined;
  if (meant !== undefined)
    return fault(
      at,
      length,
      t("{0} is not an operator: write {1}, as in @{2}{3}….", written, meant, name, meant),
    );
  if (text.endsWith("%") && field.share === null)
    return fault(at, length, t("@{0} does not take percentages: write it as in {1}.", name, example));
  const isNone = t("@{0} takes numbers, and “{1}” is not one", name, short);
  const reads = (part: string): boolean => parseNumber(part, field) !== null;
  if (!field.isWhole && reads(text.replace(",", ".")))
    return fault(
      at,
      length,
      t("{0}: write a point instead of the comma: {1}.", isNone, short.replace(",", ".")),
    );
  if (short.includes(",") && text.split(",").every(reads))
    return fault(at, length, t("{0}: separate alternatives by |: {1}.", isNone, short.replaceAll(",", "|")));
  if (text.includes("..") && text.split("..").every((part) => part === "" || reads(part)) && text !== "..")
    return fault(at, length, t("A range can't follow {0}: write @{1}:{2}.", operator, name, short));
  return fault(at, length, t("{0}: write it as in {1}.", isNone, example));
}

/** Whether a number is out of range for a share, e.g. 5 for a probability. */
function isOutside(text: string, field: NumberField): boolean {
  const number = parseNumber(text, field);
  return number !== null && field.share !== null && (number < field.share.least || number > 1);
}

function outOfBounds({ name, example, share }: NumberField, { at, length, text }: ScannedValue): QueryFault {
  const short = text.slice(0, MAX_SHOWN);
  const bounds = share === null ? "" : t("{0}, between {1} and 1", share.is, share.least);
  // Suggest per cent only if the result would be in range.
  const ifPerCent = Number(text) / 100;
  const next =
    share !== null && ifPerCent >= share.least && ifPerCent <= 1
      ? t("for {0} per cent write {1}%", short, short)
      : t("write it as in {0}", example);
  return fault(at, length, t("@{0} is {1}, and {2} is out of range: {3}.", name, bounds, short, next));
}

/** null if it is not a number, or is in per cent although the field is not a share. */
function parseNumber(text: string, { share }: NumberField): number | null {
  const isPercent = text.endsWith("%");
  const digits = isPercent ? text.slice(0, -1) : text;
  if ((isPercent && share === null) || !NUMBER.test(digits)) return null;
  const number = Number(digits);
  if (!Number.isFinite(number)) return null;
  return isPercent ? number / 100 : number;
}

/** Half a unit of the last digit written: @ms:20 finds 19.5 to 20.5. */
function slackOf(text: string, { share }: NumberField): number {
  const isPercent = text.endsWith("%");
  const [mantissa = "", exponent = "0"] = text.toLowerCase().replace("%", "").split("e");
  const point = mantissa.indexOf(".");
  const written = point < 0 ? 0 : mantissa.length - point - 1;
  const decimals = written - Number(exponent) + (isPercent ? 2 : 0);
  return 0.5 * 10 ** -(share !== null ? Math.max(SHARE_DECIMALS, decimals) : decimals);
}
