// Where a key moves among the steps, as in every slider. Pure.

const PAGE_STEPS = 10;

/** The step that a key moves to; null for other keys. @param at −1 for none yet */
export function stepOfKey(key: string, at: number, steps: number): number | null {
  const targetByKey: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    PageUp: at + PAGE_STEPS,
    PageDown: at - PAGE_STEPS,
    Home: 0,
    End: steps - 1,
  };
  const step = Object.hasOwn(targetByKey, key) ? targetByKey[key] : undefined;
  return step === undefined || steps === 0 ? null : Math.min(steps - 1, Math.max(0, step));
}
