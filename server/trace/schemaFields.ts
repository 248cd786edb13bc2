// The fields that the schema of a trace is put together from: each a schema object with its description. It must not
// know what a trace holds.
import * as Type from "typebox";

const about = (description?: string) => (description === undefined ? {} : { description });
export const text = (description?: string) => Type.String(about(description));
export const name = (description?: string) => Type.String({ ...about(description), minLength: 1 });
export const flag = (description?: string) => Type.Boolean(about(description));
/** Logits and what is reckoned with them: far beyond what a float32 holds, and sums of them stay finite. */
const MOST_LOGIT = 1e100;
export const logit = (description?: string) =>
  Type.Number({ ...about(description), minimum: -MOST_LOGIT, maximum: MOST_LOGIT });
/** Whole numbers as far as doubles tell each from the next. */
const MOST_COUNT = Number.MAX_SAFE_INTEGER;
export const count = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 0, maximum: MOST_COUNT });
export const atLeastOne = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 1, maximum: MOST_COUNT });
/** Tokens of one draft: pages draw each. Ours are below 50. */
export const draftLength = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 0, maximum: 4096 });
export const tokenId = count;
export const tokenIds = (description: string) => Type.Array(tokenId(), { description });
export const share = (description?: string) => Type.Number({ ...about(description), minimum: 0, maximum: 1 });
/** E.g. ms: 1e15 of them are 30,000 years, and sums stay finite. */
export const amount = (description?: string) =>
  Type.Number({ ...about(description), minimum: 0, maximum: 1e15 });
export const orNull = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
