// What the tests inside the extension host report, one line of JSON each. Both sides of that file import this one;
// it must not import anything.

/** `end` is the last line: without it the host ended before its tests did. */
export type HostResult =
  | { readonly kind: "passed"; readonly name: string }
  | { readonly kind: "failed"; readonly name: string; readonly reason: string }
  | { readonly kind: "end" };
