// The end of a switch over a tagged union.

/** Called where a tagged union is exhausted: a new tag fails to compile. @throws Error for a tag outside the union */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
