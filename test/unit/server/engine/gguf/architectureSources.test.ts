// The rules of architectures against the code that they follow: the llama.cpp that is packaged comes with its sources. An update
// that adds an architecture or an assertion shows here, and so does one that is only a comment.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { checkArchitecture } from "../../../../../server/engine/gguf/architectureRules.ts";
import { messageOf } from "../../../../../core/base/index.ts";
import { repositoryFolder, temporaryFolder } from "../../../../support/check.ts";

const BUNDLE = "node_modules/node-llama-cpp/llama/gitRelease.bundle";
const ROTATED_WHOLE = "GGML_ASSERT(n_embd_head == n_rot)";
const EQUAL_LENGTHS =
  /GGML_ASSERT\((?:n_embd_head == hparams\.n_embd_head_[kv]\((?:il)?\)|hparams\.n_embd_head_v\(\) == hparams\.n_embd_head_k\(\)|\S*n_embd_v_gqa\S* == \S*n_embd_k_gqa\S*)\);/;

interface Asserted {
  readonly rotatedWhole: boolean;
  readonly equalLengths: boolean;
}

/** What the graph of each architecture asserts of its heads, by the architecture's name in a model file. */
function assertedIn(folder: string): ReadonlyMap<string, Asserted> {
  const read = (...names: readonly string[]): string =>
    readFileSync(path.join(folder, "src", ...names), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
  const graphs = new Map<string, string>();
  for (const name of readdirSync(path.join(folder, "src", "models")).filter((file) => file.endsWith(".cpp")))
    for (const [body, model] of read("models", name).matchAll(
      /^(?:\S.* )?(llama_model_\w+)::graph(?:<\w+>)?::[^]*?^\}/gm,
    ))
      graphs.set(model!, (graphs.get(model!) ?? "") + body);
  // A model without a graph of its own has that of another one, by its name or by inheritance.
  const bases = new Map<string, string>();
  for (const [, model, base, members] of read("models", "models.h").matchAll(
    /^struct (llama_model_\w+) : public (llama_model_\w+) \{([^]*?)^\};/gm,
  ))
    bases.set(model!, /using graph = (llama_model_\w+)::graph/.exec(members!)?.[1] ?? base!);
  const graphOf = (model: string): string =>
    graphs.get(model) ?? graphOf(bases.get(model) ?? assert.fail(model));
  const names = new Map(
    [...read("llama-arch.cpp").matchAll(/\{ (LLM_ARCH_\w+),\s+"([^"]+)"/g)].map(([, key, name]) => [
      key!,
      name!,
    ]),
  );
  const found = new Map<string, Asserted>();
  for (const [, cases, model] of read("llama-model.cpp").matchAll(
    /((?:case LLM_ARCH_\w+:\s+)+)return new (llama_model_\w+)\(/g,
  ))
    for (const [key] of cases!.matchAll(/LLM_ARCH_\w+/g)) {
      if (model === "llama_model_clip") continue;
      const graph = graphOf(model!);
      found.set(names.get(key) ?? assert.fail(key), {
        rotatedWhole: graph.includes(ROTATED_WHOLE),
        equalLengths: EQUAL_LENGTHS.test(graph),
      });
    }
  return found;
}

/** Whether a head of 16 values is refused if this key says 8. */
function refuses(architecture: string, key: string, says: RegExp): boolean {
  try {
    checkArchitecture(architecture, { headSize: 16, usualSize: 16 }, (asked) => (asked === key ? 8 : null));
    return false;
  } catch (error) {
    // Another rule may refuse it as well: only the sizes of heads are compared.
    return says.test(messageOf(error));
  }
}

test("heads are refused for what the packaged llama.cpp asserts of them, and for nothing else", (context) => {
  const folder = temporaryFolder(context);
  const git = (...args: readonly string[]): Buffer => execFileSync("git", args, { stdio: "pipe" });
  git("clone", "--quiet", "--no-checkout", path.join(repositoryFolder, BUNDLE), folder);
  git("-C", folder, "checkout", "--quiet", "HEAD", "--", "src");
  const asserted = assertedIn(folder);
  assert.ok(asserted.size > 140, `only ${asserted.size} architectures were found`);
  const refused = [...asserted.keys()].map((name): [string, Asserted] => [
    name,
    {
      rotatedWhole: refuses(name, "rope.dimension_count", /dimension_count/),
      equalLengths: refuses(name, "attention.value_length", /has keys of/),
    },
  ]);
  assert.deepEqual(Object.fromEntries(refused), Object.fromEntries(asserted));
});
