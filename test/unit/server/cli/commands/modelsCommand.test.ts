// The `models` command as a user meets it: what it prints, where, and what Ctrl-C does.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { modelTable } from "../../../../../server/cli/commands/modelsCommand.ts";
import { findModel } from "../../../../../server/engine/models/catalogue.ts";
import { temporaryFolder } from "../../../../support/check.ts";
import { startHub } from "../../../../support/process/hubServer.ts";
import { runSource, type Ended } from "../../../../support/process/program.ts";

const demo = findModel("smollm2-135m-instruct");
const hubSource = demo.sources.find((source) => source.kind === "hub")!;

/** Runs the command; Ctrl-C follows when `interrupt` resolves. */
const laser = (
  args: readonly string[],
  env: Record<string, string>,
  interrupt?: Promise<void>,
): Promise<Ended> =>
  runSource("server/cli/main.ts", ["models", ...args], {
    env,
    ...(interrupt === undefined ? {} : { interrupt }),
  });

test("the table shows what is missing and where it would be", async (context) => {
  const cache = temporaryFolder(context);
  const { exitCode, stdout } = await laser([], { LASER_CACHE: cache });
  assert.equal(exitCode, 0);
  const [heading, row] = stdout.split("\n");
  assert.match(heading ?? "", /^ID +TITLE +SIZE +STATE +PATH$/);
  assert.match(row ?? "", /^smollm2-135m-instruct +SmolLM2 135M Instruct Q4_0 +92 MB +missing +/);
  assert.ok(row?.endsWith(join(cache, "models", demo.id, demo.file.fileName)));
  assert.deepEqual(readdirSync(cache), []);
});

test("columns of the table are aligned", () => {
  const state = { entry: demo, state: "missing", file: demo.file, path: "/p", checkedAt: null } as const;
  const checked = { ...state, state: "present", checkedAt: "2025-01-02T03:04:05.678Z" } as const;
  const lines = modelTable([state, checked]).trimEnd().split("\n");
  const [first] = lines;
  assert.equal(lines.length, 3);
  assert.match(lines[2]!, /checked 2025-01-02/);
  assert.ok(lines.slice(1).every((line) => line.indexOf("/p") === first!.indexOf("PATH")));
});

test.runIf(process.platform === "linux")(
  "a full disk under stdout is reported once, not thrown",
  async () => {
    const run = await runSource("server/cli/main.ts", ["models", "--help"], { stdoutTo: "/dev/full" });
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error: There is not enough disk space for standard output\.\n.+\n$/);
  },
);

test("Ctrl-C stops a fetch with exit code 130 and keeps what arrived", async (context) => {
  const cache = temporaryFolder(context);
  const arrived = Buffer.alloc(30_000_000);
  const hub = await startHub(
    context,
    Buffer.concat([arrived, Buffer.alloc(demo.delivered.bytes - arrived.length)]),
    { announcedSha256: demo.delivered.sha256, stallAfterBytes: arrived.length },
    hubSource,
  );
  const env = { LASER_CACHE: cache, HF_ENDPOINT: hub.endpoint };
  const run = await laser(["fetch", "--source", "hub"], env, hub.stalled);
  assert.equal(run.exitCode, 130);
  assert.equal(run.stdout, "");
  assert.match(run.stderr, /stopped; the part already downloaded is kept/);
  const folder = join(cache, "models", demo.id);
  assert.deepEqual(
    readdirSync(folder).map((name) => name.replace(/\.[0-9a-f]{12}\./, ".HASH.")),
    [`${demo.delivered.fileName}.HASH.part`],
  );
  assert.equal(existsSync(`${folder}.lock`), false);
});

test("a check of a wrong file fails and says so", async (context) => {
  const cache = temporaryFolder(context);
  mkdirSync(join(cache, "models", demo.id), { recursive: true });
  writeFileSync(join(cache, "models", demo.id, demo.file.fileName), "GGUF");
  const { exitCode, stdout, stderr } = await laser(["check"], { LASER_CACHE: cache });
  assert.equal(exitCode, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^error: .* changed since it was fetched: its SHA-256 is /m);
});
