// Whether a model fits, as the list of models says it.
import assert from "node:assert/strict";
import { fitText } from "../../../../extension/shared/modelFit.ts";
import type { ModelFit } from "../../../../server/protocol/worker.ts";
import { table } from "../../../support/check.ts";

const FIT: ModelFit = {
  ...{ neededBytes: 1.51e9, contextBytes: 1.2e8, hereBytes: 1e8, contextTokens: 4096, freeBytes: 8e9 },
  ...{ gpu: { backend: "cuda", freeBytes: 4e9 }, untried: null, layers: { total: 31, onGpu: 31 } },
};

table(
  "says",
  [
    {
      name: "that all is on the GPU",
      fit: FIT,
      text: "fits, all 31 layers on CUDA; needs about 1.6 GB (0.2 GB for 4,096 tokens of context)",
    },
    {
      name: "that a part is on the GPU",
      fit: { ...FIT, gpu: { backend: "vulkan", freeBytes: 1e9 }, layers: { total: 31, onGpu: 20 } },
      text: "fits, about 20 of 31 layers on Vulkan; needs about 1.6 GB (0.2 GB for 4,096 tokens of context)",
    },
    {
      name: "that nothing is on the GPU, because it is small",
      fit: { ...FIT, gpu: { backend: "vulkan", freeBytes: 1e7 }, layers: { total: 31, onGpu: 0 } },
      text: "fits, 31 layers on the CPU: none fits Vulkan; needs about 1.6 GB (0.2 GB for 4,096 tokens of context)",
    },
    {
      name: "that the GPU was not tried",
      fit: { ...FIT, gpu: null, untried: "vulkan", contextBytes: 1e7 },
      text: "fits, 31 layers, Vulkan not tried yet; needs about 1.6 GB (10 MB for 4,096 tokens of context)",
    },
    {
      name: "what a file that is not there yet leaves open",
      fit: { ...FIT, contextBytes: null, layers: null },
      text: "fits CUDA, needs about 1.6 GB without its context",
    },
    {
      name: "that it is too large",
      fit: { ...FIT, gpu: null, hereBytes: 1.51e9, freeBytes: 1.29e9, layers: { total: 31, onGpu: 0 } },
      text: "too large: needs about 1.6 GB (0.2 GB for 4,096 tokens of context), 1.2 GB are free",
    },
    {
      name: "that GPU and memory hold it only together",
      fit: {
        ...{ ...FIT, gpu: { backend: "cuda", freeBytes: 0.9e9 }, freeBytes: 1e9, hereBytes: 0.78e9 },
        layers: { total: 31, onGpu: 15 },
      },
      text: "fits, about 15 of 31 layers on CUDA; needs about 1.6 GB (0.2 GB for 4,096 tokens of context)",
    },
    {
      name: "that GPU and memory don't hold it together either",
      fit: {
        ...{ ...FIT, gpu: { backend: "cuda", freeBytes: 0.6e9 }, freeBytes: 0.8e9, hereBytes: 0.97e9 },
        layers: { total: 31, onGpu: 11 },
      },
      text: "too large: needs about 1.6 GB (0.2 GB for 4,096 tokens of context), 0.8 GB are free and 0.6 GB on CUDA",
    },
    {
      name: "that a GPU with room for it is not used enough by the settings",
      fit: {
        ...{ ...FIT, freeBytes: 1e9, hereBytes: 1.41e9 },
        layers: { total: 31, onGpu: 2 },
      },
      text: "too large: needs about 1.6 GB (0.2 GB for 4,096 tokens of context), 1.0 GB are free and 4.0 GB on CUDA",
    },
    {
      name: "that a file that is not there yet fits both together",
      fit: {
        ...{ ...FIT, contextBytes: null, layers: null, gpu: { backend: "vulkan", freeBytes: 1e9 } },
        ...{ freeBytes: 1e9, hereBytes: 0.51e9 },
      },
      text: "fits Vulkan and memory together, needs about 1.6 GB without its context",
    },
    {
      name: "that a file that is not there yet fits memory alone",
      fit: {
        ...{ ...FIT, contextBytes: null, layers: null, gpu: { backend: "vulkan", freeBytes: 1e9 } },
        hereBytes: 0.51e9,
      },
      text: "fits, needs about 1.6 GB without its context",
    },
    {
      name: "that nothing is known",
      fit: { ...FIT, neededBytes: null, contextBytes: null, layers: null },
      text: "needed memory not known",
    },
  ] satisfies { name: string; fit: ModelFit; text: string }[],
  ({ fit, text }) => {
    assert.equal(fitText(fit), text);
  },
);
