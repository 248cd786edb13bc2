// A pool as JSON lines: one answer per line, with its own id.

export interface PoolLine {
  readonly id: string;
  readonly text: string;
}

/**
 * The file with the answer at its end, instead of an entry of the same id; null if a line of it is not a JSON object, as in
 * a pool file of `laser pool build`.
 */
export function withPoolLine(before: string, line: PoolLine): string | null {
  const kept: string[] = [];
  for (const written of before.split(/\r?\n/)) {
    if (written.trim() === "") continue;
    const entry = objectOf(written);
    if (entry === null) return null;
    if (entry.id !== line.id) kept.push(written);
  }
  return `${[...kept, JSON.stringify(line)].join("\n")}\n`;
}

function objectOf(text: string): { readonly id?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
