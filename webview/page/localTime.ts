// Times as the reader's own place writes them.

/** As on the compare page; anything that is not a time stays unchanged. */
export function localTime(createdAt: string): string {
  const when = new Date(createdAt);
  return Number.isNaN(when.getTime()) ? createdAt : when.toLocaleString();
}
