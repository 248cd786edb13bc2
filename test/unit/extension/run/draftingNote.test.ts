// What the status bar says where drafting is off or useless.
import assert from "node:assert/strict";
import { draftingNote } from "../../../../extension/run/draftingNote.ts";
import { table } from "../../../support/check.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

const { steps, request, ...trace } = smallTrace();
const { createdAt, generator, model, device } = trace;
const header = { createdAt, generator, model, device, request, pool: null };
/** Long enough to say something. */
const drafting = [...steps, ...steps, ...steps];
const declined = { draftedTokens: 3, expectedKept: 0.4, expectedMs: 12, expectedPlainMs: 10 };
const without = (noDraft: "noMatch" | "notWorthIt") =>
  drafting.map((step) => ({
    ...step,
    draft: [],
    verdicts: [],
    path: [],
    plan: { ...step.plan, sentTokens: 0, noDraft, declined: noDraft === "notWorthIt" ? declined : null },
  }));
const perSecond = 1e6;

table(
  "drafting",
  [
    { name: "before any run", last: null, says: null },
    {
      name: "a strategy without drafts",
      strategy: "plain" as const,
      last: null,
      says: /^Drafting is off: .*plain/,
    },
    { name: "a run that drafts", last: { header, steps: drafting, plainTokensPerSecond: null }, says: null },
    {
      name: "no match anywhere",
      last: { header, steps: without("noMatch"), plainTokensPerSecond: null },
      says: /sent no draft in 12 steps\. Most often: no earlier text matches/,
    },
    {
      name: "drafts that cost more than they gain",
      last: { header, steps: without("notWorthIt"), plainTokensPerSecond: null },
      says: /sent no draft in 12 steps\. Most often: /,
    },
    {
      name: "drafts of which none is kept",
      last: {
        header,
        steps: drafting.map((step) => ({
          ...step,
          path: [],
          verdicts: step.verdicts.map((verdict) => ({ ...verdict, kind: "rejected" as const })),
        })),
        plainTokensPerSecond: null,
      },
      says: /kept none of \d+ drafted tokens/,
    },
    {
      name: "slower than plain decoding",
      last: { header, steps: drafting, plainTokensPerSecond: perSecond },
      says: /slower with drafts: 0\.\d\d of the speed of plain decoding/,
    },
    {
      name: "too short to tell",
      last: { header, steps: without("noMatch").slice(0, 4), plainTokensPerSecond: null },
      says: null,
    },
    {
      name: "a plain run after which drafts are wanted again",
      last: {
        header: { ...header, request: { ...request, strategy: "plain" as const } },
        steps: without("noMatch"),
        plainTokensPerSecond: null,
      },
      says: null,
    },
  ],
  ({ strategy = "laser" as const, last, says }) => {
    const note = draftingNote({ strategy }, last);
    if (says === null) assert.equal(note, null);
    else assert.match(note?.sentence ?? "", says);
  },
);
