// Models of the hub by name: which file is taken, that it is the announced one, and that a second use asks nobody.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { ModelError } from "../../../../../server/engine/models/errors.ts";
import { ensureHubModel, listHubModels, parseHubName } from "../../../../../server/engine/models/hubModel.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { sha256, startHub } from "../../../../support/process/hubServer.ts";

const content = Buffer.from("GGUF and more");
const file = (rfilename: string) => ({
  rfilename,
  size: content.length,
  lfs: { sha256: sha256(content), size: content.length },
});
const REPO = "ada/model-GGUF";
const REVISION = "0123abc";

table(
  "a name",
  [
    { name: "a repository", written: "a/b-GGUF", gives: { repo: "a/b-GGUF", quantisation: null } },
    {
      name: "with a quantisation",
      written: "a/b.c:Q4_K_M",
      gives: { repo: "a/b.c", quantisation: "Q4_K_M" },
    },
    { name: "a URL", written: "https://hub/a/b", gives: null },
    { name: "a way out", written: "../b", gives: null },
    { name: "a hidden way out", written: "a/b..c", gives: null },
    { name: "one part", written: "model", gives: null },
    { name: "three parts", written: "a/b/c", gives: null },
    { name: "a query", written: "a/b?x=1", gives: null },
  ],
  ({ written, gives }) => {
    if (gives !== null) assert.deepEqual(parseHubName(written), gives);
    else assert.throws(() => parseHubName(written), ModelError);
  },
);

const ALL = [
  "README.md",
  "mmproj-model-Q4_K_M.gguf",
  "model-Q2_K.gguf",
  "model-q4_0.gguf",
  "sub/model.Q8_0.gguf",
];
const SPLIT = ["big-BF16-00002-of-00002.gguf", "big-BF16-00001-of-00002.gguf"];

interface Row {
  readonly name: string;
  readonly files: readonly string[];
  readonly wanted: string;
  /** The file that is fetched, or what is said in its place. */
  readonly gives: string | RegExp;
  readonly next?: RegExp;
}
const rows: Row[] = [
  { name: "a quantisation in another case", files: ALL, wanted: ":Q4_0", gives: "model-q4_0.gguf" },
  { name: "one in a folder", files: ALL, wanted: ":q8_0", gives: "sub/model.Q8_0.gguf" },
  { name: "the preferred one", files: [...ALL, "model-Q4_K_M.gguf"], wanted: "", gives: "model-Q4_K_M.gguf" },
  { name: "the only one", files: ["x-IQ1_S.gguf"], wanted: "", gives: "x-IQ1_S.gguf" },
  {
    name: "a projector is not a model",
    files: ALL,
    wanted: ":Q4_K_M",
    gives: /no model of the quantisation Q4_K_M/,
    next: /model-Q2_K/,
  },
  { name: "half a name of a quantisation", files: ALL, wanted: ":K", gives: /no model/ },
  { name: "no model at all", files: ["README.md"], wanted: "", gives: /has no GGUF model/ },
  {
    name: "several unusual ones",
    files: ["a-Q2_K.gguf", "a-Q3_K.gguf"],
    wanted: "",
    gives: /several models/,
    next: /a-Q2_K.gguf, a-Q3_K.gguf/,
  },
  {
    name: "a path that leads elsewhere",
    files: ["../../x-Q4_0.gguf", "a\\b-Q4_0.gguf"],
    wanted: ":Q4_0",
    gives: /has no GGUF model/,
  },
  { name: "a part that is missing", files: SPLIT.slice(1), wanted: ":BF16", gives: /no SHA-256/ },
];
table("of a repository", rows, async ({ files, wanted, gives, next = /./ }, context) => {
  const taken = typeof gives === "string" ? gives : "none.gguf";
  const source = { kind: "hub", repo: REPO, revision: REVISION, file: taken } as const;
  const hub = await startHub(context, content, { siblings: files.map(file) }, source);
  const cacheDir = temporaryFolder(context);
  const fetch = () =>
    ensureHubModel(REPO + wanted, { cacheDir, env: {}, hub: { endpoint: hub.endpoint, retryMs: 0 } });
  if (typeof gives !== "string") {
    await assert.rejects(fetch(), (error) => {
      const { message, nextStep } = describeError(error);
      assert.match(message, gives);
      assert.match(nextStep, next);
      return true;
    });
    return;
  }
  const { path, sha256: hash } = await fetch();
  assert.ok(path.startsWith(join(cacheDir, "models", "hub")));
  assert.deepEqual([readFileSync(path), hash], [content, sha256(content)]);
  const asked = hub.seen.length;
  assert.deepEqual(await fetch(), { path, sha256: hash });
  assert.equal(hub.seen.length, asked, "the second use asked the hub");
  // A file that has changed is fetched again.
  writeFileSync(path, "GGUF of somebody else");
  assert.deepEqual(readFileSync((await fetch()).path), content);
});

test("a file that differs from the list is refused", async (context) => {
  const source = { kind: "hub", repo: REPO, revision: REVISION, file: "a-Q4_0.gguf" } as const;
  const listed = [{ rfilename: "a-Q4_0.gguf", lfs: { sha256: "0".repeat(64), size: content.length } }];
  const hub = await startHub(context, content, { siblings: listed }, source);
  const cacheDir = temporaryFolder(context);
  await assert.rejects(
    ensureHubModel(REPO, { cacheDir, env: { HF_ENDPOINT: hub.endpoint }, hub: { retryMs: 0 } }),
    (error) => error instanceof ModelError && error.fault.tag === "wrongHash",
  );
});

test("a download of several parts that was stopped is listed with what is kept, and continued", async (context) => {
  const parts = ["big-Q4_0-00001-of-00002.gguf", "big-Q4_0-00002-of-00002.gguf"];
  const source = { kind: "hub", repo: REPO, revision: REVISION, file: parts[0]! } as const;
  const siblings = parts.map(file);
  const cacheDir = temporaryFolder(context);
  const name = `${REPO}:Q4_0`;
  // This hub has only the first part, so that the download ends between the two.
  const first = await startHub(context, content, { siblings }, source);
  const shares: number[] = [];
  const fetch = (endpoint: string) =>
    ensureHubModel(name, {
      ...{ cacheDir, env: {}, hub: { endpoint, retryMs: 0 } },
      onProgress: ({ phase, doneBytes, totalBytes }) => {
        if (phase === "download") shares.push(doneBytes! / totalBytes!);
      },
    });
  await assert.rejects(fetch(first.endpoint));
  assert.equal(shares.at(-1), 0.5, "the parts are not shown together");
  const bytes = 2 * content.length;
  assert.deepEqual(await listHubModels(cacheDir), [{ name, bytes, path: null, keptBytes: content.length }]);
  const second = await startHub(context, content, { siblings }, { ...source, file: parts[1]! });
  const { path, sha256: hash } = await fetch(second.endpoint);
  assert.deepEqual([path.endsWith(parts[0]!), hash], [true, null]);
  assert.deepEqual(await listHubModels(cacheDir), [{ name, bytes, path, keptBytes: bytes }]);
  assert.ok(second.seen.filter(({ host }) => host === "storage").length > 0);
});
