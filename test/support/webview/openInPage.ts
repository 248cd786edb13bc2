// A trace opened from within the page, for what is to be measured, or made larger, there.

export interface OpenedInPage {
  /** The trace as JSON. */
  readonly text: string;
  /** What `short` is replaced by when it opens: sending much text to the page takes longer than making it there. */
  readonly long?: { readonly short: string; readonly of: number };
}

/** Runs in the page: milliseconds from the message to the frame after the first one that shows the answer. */
export async function openInPage({ text, long }: OpenedInPage): Promise<number> {
  const whole = long === undefined ? text : text.replaceAll(long.short, "x".repeat(long.of));
  const bytes = new TextEncoder().encode(whole);
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const root = document.querySelector("laser-trace") as unknown as {
    readonly updateComplete: Promise<unknown>;
  };
  const begun = performance.now();
  const received = new Promise((resolve) => {
    window.addEventListener("message", resolve, { once: true });
  });
  window.postMessage({ kind: "trace", file: { name: "opened.lasertrace", bytes } }, "*");
  await received;
  await root.updateComplete;
  await frame();
  await frame();
  return performance.now() - begun;
}
