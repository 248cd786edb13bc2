// Which word of the system becomes which fault.
import assert from "node:assert/strict";
import { isInCache } from "../../../../server/files/cachePlace.ts";
import { asFilesError, FilesError, unreadableReason } from "../../../../server/files/errors.ts";
import { describeError } from "../../../../core/base/index.ts";
import { table } from "../../../support/check.ts";

const systemError = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

table(
  "file fault",
  [
    { name: "ENOSPC", tag: "noSpace" },
    { name: "EDQUOT", tag: "noSpace" },
    { name: "EACCES", tag: "noPermission" },
    { name: "EPERM", tag: "noPermission" },
    { name: "EROFS", tag: "noPermission" },
    { name: "ENOENT", tag: "fileMissing" },
    { name: "EISDIR", tag: "notAFile" },
    { name: "EIO", tag: "fileFailed" },
  ],
  ({ name, tag }) => {
    const error = asFilesError(systemError(name), "/some/file");
    assert.ok(error instanceof FilesError);
    assert.equal(error.fault.tag, tag);
    assert.equal("path" in error.fault && error.fault.path, "/some/file");
    const { code, message, nextStep } = describeError(error);
    assert.equal(code, tag);
    assert.match(message, /\/some\/file/);
    assert.ok(nextStep.length > 10);
  },
);

table(
  "the step after a full disk or a closed folder",
  [
    { name: "a trace", path: "/home/me/a.lasertrace", env: {}, is: false },
    { name: "the platform's cache", path: "/home/me/.cache/laser-inspector/costs/a.json", env: {}, is: true },
    {
      name: "a cache of the user's",
      path: "/big/cache/models/a",
      env: { LASER_CACHE: "/big/cache" },
      is: true,
    },
    { name: "beside it", path: "/big/cache2/a", env: { LASER_CACHE: "/big/cache" }, is: false },
    { name: "above it", path: "/big/a", env: { LASER_CACHE: "/big/cache" }, is: false },
  ],
  ({ path, env, is }) => {
    assert.equal(isInCache(path, env), is);
    if ("LASER_CACHE" in env) return;
    for (const code of ["ENOSPC", "EACCES"]) {
      const { nextStep } = describeError(asFilesError(systemError(code), path));
      assert.equal(nextStep.includes("LASER_CACHE"), is && process.env.LASER_CACHE === undefined, nextStep);
    }
  },
);

table(
  "not a file fault",
  [
    { name: "an abort", error: new DOMException("stopped", "AbortError") },
    { name: "a fault already named", error: new FilesError({ tag: "fileMissing", path: "/other" }) },
  ],
  ({ error }) => {
    assert.equal(asFilesError(error, "/some/file"), error);
  },
);

table(
  "why a file can't be read",
  [
    { name: "EISDIR", error: systemError("EISDIR"), reason: "it is a folder" },
    { name: "ENOTDIR", error: systemError("ENOTDIR"), reason: "a part of its path is a file" },
    { name: "EACCES", error: systemError("EACCES"), reason: "you may not read it" },
    { name: "EIO", error: systemError("EIO"), reason: "EIO" },
    { name: "not a system call", error: new Error("it failed"), reason: "it failed" },
  ],
  ({ error, reason }) => {
    assert.equal(unreadableReason(error), reason);
  },
);
