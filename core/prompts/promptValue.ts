// The values of variables, as JSON has them.

/** The value of a variable. `--set` gives strings; sample values may be any YAML value. */
export type PromptValue =
  | string
  | number
  | boolean
  | null
  | readonly PromptValue[]
  | { readonly [key: string]: PromptValue };
