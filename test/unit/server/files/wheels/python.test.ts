// Python runs no code of the caller: neither from the current folder nor from PYTHONPATH.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { findProgram, OWN_FOLDER } from "../../../../../server/files/wheels/program.ts";
import { findPython, runPip } from "../../../../../server/files/wheels/python.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const signal = new AbortController().signal;

/** A folder of modules that leave a mark when they are imported. */
function planted(folder: string): { readonly modules: string; readonly marks: () => readonly string[] } {
  const modules = join(folder, "modules");
  const marks = join(folder, "marks");
  mkdirSync(modules);
  mkdirSync(marks);
  for (const name of ["pip", "sysconfig", "zipfile", "runpy", "sitecustomize", "usercustomize"])
    writeFileSync(join(modules, `${name}.py`), `open(${JSON.stringify(join(marks, name))}, "w")\n`);
  return { modules, marks: () => readdirSync(marks) };
}

test("modules in PYTHONPATH are not imported", async (context) => {
  const folder = temporaryFolder(context);
  const { modules, marks } = planted(folder);
  const env = { ...process.env, PYTHONPATH: modules };
  const python = await findPython({ signal, env });
  const hooks = { signal, env, cwd: folder, onProgress: () => undefined };
  assert.equal((await runPip(python, ["--version"], hooks)).exitCode, 0);
  assert.deepEqual(marks(), []);
});

test.skipIf(process.platform === "win32")(
  "the probe starts isolated, in a private folder",
  async (context) => {
    const folder = temporaryFolder(context);
    const seen = join(folder, "seen");
    const fake = join(folder, "python");
    writeFileSync(
      fake,
      `#!/bin/sh\n(pwd; echo "$1") > ${seen}\necho laser-python 3 11 fake\necho laser-pip\n`,
    );
    chmodSync(fake, 0o755);
    await findPython({ signal, env: { ...process.env, LASER_PYTHON: fake } });
    assert.deepEqual(readFileSync(seen, "utf8").split("\n"), [OWN_FOLDER, "-I", ""]);
  },
);

table(
  "a program is looked up",
  [
    {
      name: "on Windows in the absolute folders of PATH, never in the current one",
      command: "python3",
      platform: "win32" as const,
      path: "C:\\py",
      there: ["C:\\py\\python3.exe", "python3.exe", ".\\python3.exe"],
      found: "C:\\py\\python3.exe",
    },
    {
      name: "and a relative folder of PATH is skipped",
      command: "python3",
      platform: "win32" as const,
      path: ".;;C:\\none",
      there: ["python3.exe", ".\\python3.exe"],
      found: null,
    },
    {
      name: "by the system elsewhere",
      command: "python3",
      platform: "linux" as const,
      path: "",
      there: [] as string[],
      found: "python3",
    },
  ],
  async ({ command, platform, path, there, found }) => {
    const exists = (full: string): Promise<boolean> => Promise.resolve(there.includes(full));
    assert.equal(await findProgram(command, { env: { Path: path }, platform, exists }), found);
  },
);

test("a path is resolved in the caller's folder", async () => {
  assert.equal(await findProgram(join("venv", "python")), join(process.cwd(), "venv", "python"));
  assert.equal(dirname((await findProgram(process.execPath)) ?? ""), dirname(process.execPath));
});
