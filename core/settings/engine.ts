// Which model runs, on what, and with which files: everything here depends on the machine.
import { t } from "../base/index.ts";
import * as Type from "typebox";
import { choice, integer, list, optional, text } from "./setting.ts";

const machine = { scope: "machine-overridable", restricted: true } as const;

export const Engine = Type.Object({
  model: text({
    ...machine,
    default: "",
    names: { kind: "file", endings: ["gguf"] },
    text: t("Model that generates the answers."),
    note: t(
      'Give the path of a GGUF file (`~` and paths relative to the workspace folder are supported), or `catalogue:` followed by the name of a catalogue model. Leave empty to use the demo model. "LASER: Choose Model" sets this for you.',
    ),
  }),
  gpu: choice({
    ...machine,
    default: "auto",
    choices: {
      auto: t("Best available device."),
      off: t("CPU only."),
      vulkan: t("GPU through Vulkan."),
      cuda: t('NVIDIA GPU through CUDA, which "LASER: Install GPU Support" adds.'),
      metal: t("Apple GPU through Metal, on macOS only."),
    },
    flag: "--gpu <choice>",
    promptKeys: ["gpu"],
    text: t("Device that runs the model."),
  }),
  device: text({
    ...machine,
    default: "",
    flag: "--device <device>",
    promptKeys: ["device"],
    text: t(
      "If there are several GPUs, the one to use: its name or number as laser devices lists it. Numbers are per back end. Leave empty to use all of them.",
    ),
  }),
  gpuLayers: optional("integer", {
    ...machine,
    minimum: 0,
    maximum: 1000,
    flag: "--gpu-layers <n|auto>",
    promptKeys: ["gpu_layers", "gpuLayers"],
    nullWord: "auto",
    text: t("Number of the model's layers that the GPU holds; the CPU computes the others."),
    note: t("`null` puts as many there as fit in GPU memory."),
  }),
  threads: optional("integer", {
    ...machine,
    minimum: 1,
    maximum: 1024,
    flag: "--threads <n|auto>",
    nullWord: "auto",
    text: t("Maximum number of CPU threads per step."),
    note: t("`null` uses all cores, or all but one in the editor, which needs a core of its own."),
  }),
  kvType: choice({
    ...machine,
    default: "f16",
    choices: {
      f16: t("16 bits per value."),
      q8_0: t("8 bits: about half the memory."),
      q4_0: t("4 bits: about a quarter of the memory; changes answers more."),
    },
    flag: "--kv-type <choice>",
    text: t(
      "How the keys and values of the context are stored. Fewer bits leave room for a longer context, and change the logits a little.",
    ),
  }),
  contextTokens: integer({
    ...machine,
    minimum: 64,
    maximum: 1_048_576,
    default: 4096,
    flag: "--context-tokens <n>",
    text: t(
      "Context size in tokens, prompt and answer together. It can't exceed what the model was trained for.",
    ),
  }),
  chatTemplate: text({
    ...machine,
    default: "",
    names: { kind: "file" },
    flag: "--chat-template <file>",
    text: t("File with a chat template in Jinja that replaces the model's own."),
    note: t(
      "For a model whose own template is missing or fails. `~` and paths relative to the workspace folder are supported. Leave empty to use the model's.",
    ),
  }),
});

export const Files = Type.Object({
  poolFile: text({
    ...machine,
    default: "",
    names: { kind: "file" },
    text: t(
      "File of earlier answers to draft from: JSON Lines or a JSON array, also gzipped, or a pool file made by laser pool build. Paths are relative to the workspace folder. Leave empty to draft from the prompt and the answer only.",
    ),
  }),
  modelFolders: list({
    ...machine,
    default: [],
    names: { kind: "folder" },
    text: t('Folders that "LASER: Choose Model" searches for GGUF files.'),
  }),
});
