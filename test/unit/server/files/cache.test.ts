// Where the cache lies on each platform, and that what doesn't fit is refused before it is written.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "vitest";
import { cacheFolder, freeBytes, requireSpace } from "../../../../server/files/cache.ts";
import { FilesError } from "../../../../server/files/errors.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

table(
  "cache folder",
  [
    { name: "linux", platform: "linux", env: {}, expected: "/home/u/.cache/laser-inspector" },
    {
      name: "XDG folder",
      platform: "linux",
      env: { XDG_CACHE_HOME: "/var/c" },
      expected: "/var/c/laser-inspector",
    },
    {
      name: "a relative XDG folder is ignored",
      platform: "linux",
      env: { XDG_CACHE_HOME: "c" },
      expected: "/home/u/.cache/laser-inspector",
    },
    {
      name: "LASER_CACHE wins",
      platform: "linux",
      env: { LASER_CACHE: "/x/y", XDG_CACHE_HOME: "/var/c" },
      expected: "/x/y",
    },
    {
      name: "an empty LASER_CACHE counts as none",
      platform: "linux",
      env: { LASER_CACHE: "" },
      expected: "/home/u/.cache/laser-inspector",
    },
    { name: "mac", platform: "darwin", env: {}, expected: "/home/u/Library/Caches/laser-inspector" },
    {
      name: "windows",
      platform: "win32",
      env: { LOCALAPPDATA: "C:\\Users\\u\\AppData\\Local" },
      expected: "C:\\Users\\u\\AppData\\Local\\laser-inspector\\Cache",
    },
  ] as const,
  ({ platform, env, expected }) => {
    assert.equal(cacheFolder({ env, platform, homes: [() => "", () => "/home/u"] }), expected);
  },
);

test("a user without a home folder is asked to set LASER_CACHE, and needs none with it", () => {
  const none = (): string => {
    throw new Error("no entry");
  };
  const homes = [() => "", none];
  assert.throws(
    () => cacheFolder({ env: {}, platform: "linux", homes }),
    (error) => error instanceof FilesError && error.fault.tag === "noHome",
  );
  assert.equal(cacheFolder({ env: { LASER_CACHE: "/x" }, platform: "linux", homes }), "/x");
});

test("free space is found for a folder that doesn't exist yet", async (context) => {
  const folder = temporaryFolder(context);
  const there = await freeBytes(folder);
  const later = await freeBytes(join(folder, "a", "b", "file"));
  assert.ok(there > 0 && later > 0);
});

test("a download that doesn't fit is refused with both figures", async (context) => {
  const path = join(temporaryFolder(context), "file");
  await requireSpace(path, 1);
  await assert.rejects(requireSpace(path, Number.MAX_SAFE_INTEGER), (error) => {
    assert.ok(error instanceof FilesError && error.fault.tag === "noSpace");
    assert.equal(error.fault.path, path);
    assert.equal(error.fault.neededBytes, Number.MAX_SAFE_INTEGER);
    assert.ok((error.fault.freeBytes ?? 0) > 0);
    return true;
  });
});
