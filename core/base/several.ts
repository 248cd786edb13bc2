// Amounts in words.

/** E.g. "1 token", "2 tokens"; `things` for an irregular plural. */
export function several(amount: number, thing: string, things = `${thing}s`): string {
  return `${amount} ${amount === 1 ? thing : things}`;
}
