// Amounts in words.
import { t } from "./translate.ts";

/** E.g. "1 token", "2 tokens"; `things` for an irregular plural. */
export function several(amount: number, thing: string, things = `${thing}s`): string {
  return t(`{0} ${amount === 1 ? thing : things}`, amount);
}
