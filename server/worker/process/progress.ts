// Thins out progress reports: a load reports thousands of values, a user needs a hundred.

/** Passes a report on if its message is new or its share grew by at least a hundredth. */
export function thinned(
  report: (message: string, share: number | null) => void,
): (message: string, share: number | null) => void {
  let lastMessage: string | null = null;
  let lastPercent: number | null = null;
  return (message, share) => {
    const percent = share === null ? null : Math.floor(share * 100);
    if (message === lastMessage && percent === lastPercent) return;
    lastMessage = message;
    lastPercent = percent;
    report(message, share);
  };
}
