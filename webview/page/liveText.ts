// The next text of a live region. A region speaks when its text changes: repeating the same words needs an
// inaudible difference. Pure.

const UNHEARD = "\u00a0";

/** @param last the current text of the region */
export function nextLiveText(last: string, words: string): string {
  return words === last ? words + UNHEARD : words;
}
