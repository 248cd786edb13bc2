// The fields that the schema of a trace is put together from: each a schema object with its description. It must not
// know what a trace holds.
import * as Type from "typebox";

const about = (description?: string) => (description === undefined ? {} : { description });
export const text = (description?: string) => Type.String(about(description));
export const name = (description?: string) => Type.String({ ...about(description), minLength: 1 });
export const flag = (description?: string) => Type.Boolean(about(description));
export const number = (description?: string) => Type.Number(about(description));
export const count = (description?: string) => Type.Integer({ ...about(description), minimum: 0 });
export const atLeastOne = (description?: string) => Type.Integer({ ...about(description), minimum: 1 });
export const tokenId = count;
export const tokenIds = (description: string) => Type.Array(tokenId(), { description });
export const share = (description?: string) => Type.Number({ ...about(description), minimum: 0, maximum: 1 });
export const amount = (description?: string) => Type.Number({ ...about(description), minimum: 0 });
export const orNull = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
