// What a list of models calls the weights of a file.
import assert from "node:assert/strict";
import { quantisationOf } from "../../../../../server/engine/gguf/weights.ts";
import type { GgufHead, TensorInfo } from "../../../../../server/engine/gguf/readHead.ts";
import { table } from "../../../../support/check.ts";

const tensor = (type: number, bytes: number): TensorInfo => ({
  name: "t",
  shape: [1],
  type,
  bytes,
  offset: 0,
});
const named = (value: number): GgufHead["metadata"] =>
  new Map([["general.file_type", { type: "uint32", value }]]);

table(
  "weights",
  [
    { name: "named by the file", metadata: named(15), tensors: [tensor(14, 9)], is: "Q4_K_M" },
    { name: "named by most bytes", metadata: new Map(), tensors: [tensor(0, 5), tensor(2, 9)], is: "Q4_0" },
    { name: "a number of later times", metadata: named(9999), tensors: [tensor(8, 1)], is: "Q8_0" },
    { name: "of only an unknown type", metadata: new Map(), tensors: [tensor(77, 1)], is: null },
    { name: "in other parts", metadata: new Map(), tensors: [], is: null },
  ],
  ({ metadata, tensors, is }) => {
    assert.equal(quantisationOf({ metadata, tensors }), is);
  },
);
