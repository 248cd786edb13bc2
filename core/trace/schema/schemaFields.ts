// The building blocks of the trace schema: field types with a description each.
import * as Type from "typebox";

const about = (description?: string) => (description === undefined ? {} : { description });
export const text = (description?: string) => Type.String(about(description));
export const name = (description?: string) => Type.String({ ...about(description), minLength: 1 });
export const flag = (description?: string) => Type.Boolean(about(description));
/** Logits and values computed from them: far beyond the range of float32, and sums of them stay finite. */
const MAX_LOGIT = 1e100;
export const logit = (description?: string) =>
  Type.Number({ ...about(description), minimum: -MAX_LOGIT, maximum: MAX_LOGIT });
/** Whole numbers that doubles represent exactly. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
export const count = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 0, maximum: MAX_COUNT });
export const atLeastOne = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 1, maximum: MAX_COUNT });
/** Tokens of one draft, each of which pages draw. Actual drafts are shorter than 100. */
export const MAX_DRAFTED = 4096;
export const draftLength = (description?: string) =>
  Type.Integer({ ...about(description), minimum: 0, maximum: MAX_DRAFTED });
export const tokenId = count;
export const tokenIds = (description: string) => Type.Array(tokenId(), { description });
export const share = (description?: string) => Type.Number({ ...about(description), minimum: 0, maximum: 1 });
/** E.g. ms: 1e15 of them are 30,000 years, and sums stay finite. */
export const amount = (description?: string) =>
  Type.Number({ ...about(description), minimum: 0, maximum: 1e15 });
export const orNull = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
