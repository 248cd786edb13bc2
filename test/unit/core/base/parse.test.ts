// Values from outside: what a schema describes is passed on, the rest is dropped or refused.
import assert from "node:assert/strict";
import * as Type from "typebox";
import { parse, parseParts } from "../../../../core/base/index.ts";
import { table } from "../../../support/check.ts";

const Message = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  Type.Object({
    kind: Type.Literal("show"),
    at: Type.Optional(Type.Object({ x: Type.Number() })),
    list: Type.Array(Type.Object({ id: Type.Integer() })),
    open: Type.Object({ id: Type.Integer() }, { additionalProperties: true }),
  }),
]);
const show = { kind: "show", list: [{ id: 1 }], open: { id: 2, more: [3] } };

table(
  "a message",
  [
    { name: "as described", value: show, parsed: show },
    {
      name: "with more than is described",
      value: { ...show, more: 1, at: { x: 1, y: 2 }, list: [{ id: 1, text: "a" }] },
      parsed: { ...show, at: { x: 1 } },
    },
    { name: "with a part that is undefined", value: { ...show, at: undefined }, parsed: show },
    { name: "with a part of another type", value: { ...show, at: { x: "1" } }, parsed: null },
    { name: "without a part", value: { kind: "show", list: [] }, parsed: null },
    { name: "of another kind", value: { kind: "toString" }, parsed: null },
    { name: "that is not a finite number", value: { ...show, at: { x: Number.NaN } }, parsed: null },
    { name: "that is a list", value: [show], parsed: null },
    { name: "that is null", value: null, parsed: null },
  ],
  ({ value, parsed }) => {
    assert.deepEqual(parse(Message, value), parsed);
  },
);

const Kept = Type.Object({
  name: Type.Union([Type.String(), Type.Null()]),
  share: Type.Number({ minimum: 0 }),
});
const PRESET = { name: "preset", share: 40 };

table(
  "a saved state, part by part",
  [
    { name: "whole", value: { name: "a", share: 0, more: 1 }, kept: { name: "a", share: 0 } },
    { name: "null where it may be", value: { name: null, share: 1 }, kept: { name: null, share: 1 } },
    { name: "an invalid part", value: { name: "a", share: -1 }, kept: { name: "a", share: 40 } },
    { name: "a missing part", value: { share: 3 }, kept: { name: "preset", share: 3 } },
    { name: "nothing", value: undefined, kept: PRESET },
    { name: "a text", value: "x", kept: PRESET },
  ],
  ({ value, kept }) => {
    assert.deepEqual(parseParts(Kept, value, PRESET), kept);
  },
);
