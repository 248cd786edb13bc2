// The trace of version 1 that was recorded once and is kept as it was: as its file has it, and read.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseTrace } from "../../../core/trace/index.ts";
import { repositoryFolder } from "../check.ts";

export const REAL_TEXT = readFileSync(
  path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"),
  "utf8",
);
export const REAL = parseTrace(REAL_TEXT);
