// Strict equals plain on weights whose kernels depend on how many tokens are evaluated: small random models, one of
// each kind of dependence. A token alone has other bits with F16; a count that is not a multiple of 4 with Q4_K; 8 and more
// with IQ4_XS.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ANY_BATCH, type BatchSizes } from "../../core/laser/index.ts";
import { reproducibility } from "../../server/worker/index.ts";
import { classText, compareStrict, withRandomModel, type Comparisons } from "../bench/strict/randomModel.ts";

const TOKENS = 240;
/** The counts that chains and trees of these runs have, all by one thread. */
const COUNTS = Array.from({ length: 8 }, (_, i) => i + 1);
const allowsEach = (anywhere: readonly BatchSizes[]): boolean =>
  anywhere.some(({ threads, sizes }) => threads === 1 && COUNTS.every((count) => sizes.includes(count)));
/** One thread holds on a busy machine; `npm run bench:strict:types` takes all. */
const ONE_THREAD = { gpu: "off", maxThreads: 1 } as const;

for (const type of ["F16", "Q4_K", "IQ4_XS"] as const)
  test(`${type}: strict has the bits of plain over ${TOKENS} tokens, chains and trees`, async () => {
    await withRandomModel(type, ONE_THREAD, async (engine) => {
      const found = await reproducibility(engine, {
        cacheDir: null,
        now: () => 0,
        signal: { aborted: false },
      });
      assert.ok("batches" in found && found.chosen !== null, "no class was found");
      const settings = { temperature: 1.2, seed: 10, tokens: TOKENS, trees: found.trees };
      const into: Comparisons = { made: 0, parted: [], bits: 0 };
      await compareStrict(engine.target, found.batches, settings, into);
      assert.deepEqual(
        [into.parted, into.bits],
        [[], 0],
        `${into.made} comparisons in ${classText(found.chosen)}`,
      );

      const without: Comparisons = { made: 0, parted: [], bits: 0 };
      await compareStrict(engine.target, ANY_BATCH, settings, without);
      // Some processors' kernels give the same bits for all counts: then the probe has found so, too.
      if (allowsEach(found.chosen.anywhere)) assert.equal(without.bits, 0);
      else assert.ok(without.bits > 0, "any batch would have done: nothing was tested");
    });
  });
