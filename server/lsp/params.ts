// Parses what a client sends with a request. Nothing is checked again after this.
import { parse } from "../../core/base/index.ts";
import type { Method } from "../protocol/methods.ts";
import { schemaProblem } from "../protocol/shape.ts";
import { ServerError } from "./errors.ts";

/**
 * The parameters of a request, without fields that its schema doesn't know.
 * @throws ServerError paramsInvalid naming the field
 */
export function readParams<Params>({ method, params }: Method<Params, unknown>, given: unknown): Params {
  const problem = schemaProblem(params, given);
  // `Method` binds its type to its schema.
  if (problem === null) return parse(params, given) as Params;
  const { field, reason } = problem;
  throw new ServerError({
    tag: "paramsInvalid",
    method,
    reason: `${field === "" ? "what it was sent" : field} ${reason}`,
  });
}
