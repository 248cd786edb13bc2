// Whether a model fits, as the list of models says it.
import assert from "node:assert/strict";
import { fitText } from "../../../../extension/shared/modelFit.ts";
import type { ModelFit } from "../../../../server/protocol/worker.ts";
import { table } from "../../../support/check.ts";

const FIT: ModelFit = {
  ...{ neededBytes: 1.51e9, contextBytes: 1.2e8, contextTokens: 4096, freeBytes: 8e9 },
  ...{ gpu: { backend: "cuda", freeBytes: 4e9 }, untried: null, layers: { total: 31, onGpu: 31 } },
};

table(
  "says",
  [
    {
      name: "that all is on the GPU",
      fit: FIT,
      text: "fits, needs about 1.6 GB (0.2 GB for 4,096 tokens of context), all 31 layers on CUDA",
    },
    {
      name: "that a part is on the GPU",
      fit: { ...FIT, gpu: { backend: "vulkan", freeBytes: 1e9 }, layers: { total: 31, onGpu: 20 } },
      text: "fits, needs about 1.6 GB (0.2 GB for 4,096 tokens of context), about 20 of 31 layers on Vulkan",
    },
    {
      name: "that nothing is on the GPU, because it is small",
      fit: { ...FIT, gpu: { backend: "vulkan", freeBytes: 1e7 }, layers: { total: 31, onGpu: 0 } },
      text: "fits, needs about 1.6 GB (0.2 GB for 4,096 tokens of context), 31 layers on the CPU: none fits Vulkan",
    },
    {
      name: "that the GPU was not tried",
      fit: { ...FIT, gpu: null, untried: "vulkan", contextBytes: 1e7 },
      text: "fits, needs about 1.6 GB (10 MB for 4,096 tokens of context), 31 layers, Vulkan not tried yet",
    },
    {
      name: "what a file that is not there yet leaves open",
      fit: { ...FIT, contextBytes: null, layers: null },
      text: "fits CUDA, needs about 1.6 GB without its context",
    },
    {
      name: "that it is too large",
      fit: { ...FIT, gpu: null, freeBytes: 1.29e9, layers: { total: 31, onGpu: 0 } },
      text: "too large: needs about 1.6 GB (0.2 GB for 4,096 tokens of context), 1.2 GB are free",
    },
    {
      name: "that nothing is known",
      fit: { ...FIT, neededBytes: null, contextBytes: null, layers: null },
      text: "need of memory not known",
    },
  ] satisfies { name: string; fit: ModelFit; text: string }[],
  ({ fit, text }) => {
    assert.equal(fitText(fit), text);
  },
);
