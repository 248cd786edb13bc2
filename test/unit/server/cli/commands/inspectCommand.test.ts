// `laser inspect` as a user meets it: what it prints, what it writes, and what it refuses before it writes anything.
import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "vitest";
import { stripVTControlCharacters } from "node:util";
import { gzipSync } from "node:zlib";
import { Command } from "commander";
import { blameOf, describeError } from "../../../../../core/base/index.ts";
import { CliError } from "../../../../../server/cli/errors.ts";
import { addInspectCommand } from "../../../../../server/cli/commands/inspectCommand.ts";
import { jsonOf, reportOf, type Inspected } from "../../../../../server/cli/terminal/inspectOutput.ts";
import { writable } from "../../../../../server/cli/terminal/styles.ts";
import {
  budgetCurve,
  measuredLoopOf,
  REPORT_TRACE_ID,
  stepsCsv,
  suggest,
  whatIf,
} from "../../../../../core/inspect/index.ts";
import {
  inheritedText,
  parseTrace,
  serialiseTrace,
  traceMetrics,
  withRates,
  type Trace,
} from "../../../../../core/trace/index.ts";
import { golden, repositoryFolder, table, temporaryFolder } from "../../../../support/check.ts";
import { runSource, type Ended } from "../../../../support/process/program.ts";
import { plainTrace, wordTokens } from "../../../../support/trace/plainTraces.ts";
import { continuedTrace, EARLIER_RUN, randomTrace } from "../../../../support/trace/randomTraces.ts";

const FIXTURE = path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace");

const laser = (args: readonly string[]): Promise<Ended> =>
  runSource("server/cli/main.ts", args, { env: { NO_COLOR: undefined, FORCE_COLOR: undefined } });

/** Runs the command in this process; its refusals are thrown, nothing it prints is shown. */
async function inspect(args: readonly string[], pages: string): Promise<void> {
  const program = new Command().exitOverride();
  addInspectCommand(program, pages);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    await program.parseAsync(["inspect", ...args], { from: "user" });
  } finally {
    process.stdout.write = write;
  }
}

test("prints the run, its figures, its decisions and the answers, and --help lists it", async () => {
  const asked = ["--what-if", "k=1,p=0.05", "--suggest", "1", "--filter", "@verdict:ghost|relaxed"];
  const { exitCode, stdout, stderr } = await laser(["inspect", FIXTURE, ...asked]);
  assert.equal(stderr, "");
  assert.equal(exitCode, 0);
  golden("inspect", stdout, { folder: path.join(repositoryFolder, "test/fixtures/inspect") });
  const help = await laser(["--help"]);
  assert.match(help.stdout, /^ {2}inspect .*decisions of a recorded run/m);
});

test("a tree: its path on a line, then the branches that leave it, by depth what was kept", async () => {
  const file = path.join(repositoryFolder, "test/fixtures/traces/v2-tree.lasertrace");
  const trace = parseTrace(await readFile(file, "utf8"));
  const asked: Inspected = { trace, whatIf: null, suggestion: null, matches: null, written: [] };
  const text = reportOf(asked, "marks");
  golden("tree", text, { folder: path.join(repositoryFolder, "test/fixtures/inspect") });
  // Where probabilities are exact nothing is said of bounds.
  assert.doesNotMatch(text.replaceAll("rank ≤", ""), /≤|at most|at least|bound/);
});

test("a run that continues names the earlier one, and separates its own text and prompt from what it inherits", () => {
  const trace = continuedTrace(3);
  const asked: Inspected = { trace, whatIf: null, suggestion: null, matches: null, written: [] };
  const text = reportOf(asked, "marks");
  const { promptTokens, inheritedTokens = 0 } = trace.request;
  const inPrompt = Math.min(trace.result.prefillTokens, promptTokens.length - inheritedTokens);
  const rest = trace.result.prefillTokens - inPrompt;
  assert.match(
    text,
    new RegExp(`tokens before the first step: ${inPrompt} of the prompt, ${rest} inherited`),
  );
  assert.match(text, /^resumes {3}after \d+ tokens of an earlier run$/m);
  assert.match(text, /^earlier {3}before\.lasertrace, 2025-01-01T00:00:00\.000Z$/m);
  assert.match(text, /^Inherited from the earlier answer\n[^]*^Answer after the inherited text$/m);
  const { run } = jsonOf(asked) as { readonly run: Readonly<Record<string, unknown>> };
  assert.deepEqual(
    [run.parent, run.inheritedTokens, run.inheritedText],
    [EARLIER_RUN, inheritedTokens, inheritedText(trace.request, trace.tokens)],
  );
});

table(
  "the prefill is what was evaluated before the first step",
  [
    { name: "all of it", prefill: 19, says: "12 of the prompt, 7 inherited$" },
    { name: "the end of it", prefill: 9, says: "2 of the prompt, 7 inherited; 10 before them were still in" },
    {
      name: "of inherited ones",
      prefill: 3,
      says: "0 of the prompt, 3 inherited; 16 before them were still in",
    },
    { name: "the root as well", prefill: 20, says: "13 of the prompt, 7 inherited$" },
    {
      name: "stopped while it read",
      prefill: 10,
      steps: 0,
      says: "prompt and inherited tokens before it ended: 10$",
    },
  ],
  ({ prefill, steps, says }) => {
    const trace = plainTrace(wordTokens("Once upon a time"));
    const promptTokens = Array.from({ length: 20 }, () => trace.request.promptTokens[0]!);
    const changed: Trace = {
      ...trace,
      request: { ...trace.request, promptTokens, inheritedTokens: 8 },
      steps: trace.steps.slice(0, steps),
      result: { ...trace.result, prefillTokens: prefill, prefillMs: 5 },
    };
    const asked: Inspected = { trace: changed, whatIf: null, suggestion: null, matches: null, written: [] };
    assert.match(reportOf(asked, "marks"), new RegExp(`^prefill +5\\.0 ms +.*${says}`, "m"));
  },
);

test("an answer that loops has its rates before the loop, with those of the whole beside them", () => {
  const refrain = "and the boat sailed on across the wide sea\n".repeat(8);
  const trace = plainTrace(wordTokens(`Once upon a time ${refrain}`));
  const loop = measuredLoopOf(trace)!;
  const asked: Inspected = { trace, whatIf: null, suggestion: null, matches: null, written: [] };
  const text = reportOf(asked, "marks");
  const { tokensBefore } = loop;
  const whole = trace.result.tokens.length;
  assert.match(text, new RegExp(`^loop +the answer repeats itself from token ${tokensBefore + 1};`, "m"));
  assert.match(text, /^figure +before the loop +whole answer +meaning$/m);
  const edl = `1\\.00 \\(${tokensBefore}/${tokensBefore}\\) +1\\.00 \\(${whole}/${whole}\\)`;
  assert.match(text, new RegExp(`^EDL +${edl}`, "m"));
  const printed = jsonOf(asked) as { readonly loop: unknown };
  assert.deepEqual(printed.loop, { tokensBefore, figuresBefore: withRates(loop.countsBefore) });
});

test("--json prints one object with the figures of the run", async () => {
  const { exitCode, stdout } = await laser([
    "inspect",
    FIXTURE,
    "--json",
    "--what-if",
    "strict",
    "--suggest",
    "0",
  ]);
  assert.equal(exitCode, 0);
  const printed = JSON.parse(stdout) as {
    figures: { edl: number };
    whatIf: { isExact: boolean; committed: number };
    suggestion: { point: { rule: { kind: string } } };
    matches: null;
  };
  const trace = parseTrace(await readFile(FIXTURE, "utf8"));
  assert.equal(printed.figures.edl, traceMetrics(trace).edl);
  assert.equal(printed.whatIf.isExact, false);
  assert.equal(printed.whatIf.committed, whatIf(trace, { kind: "strict" }, trace.request.guards).committed);
  assert.equal(printed.suggestion.point.rule.kind, "strict");
  assert.equal(printed.matches, null);
});

test("--json counts the steps of matches from 0, as those of flips", async () => {
  const asked = ["--json", "--what-if", "strict", "--filter", "@verdict:relaxed"];
  const { stdout } = await laser(["inspect", FIXTURE, ...asked]);
  interface Place {
    readonly step: number;
    readonly place: number;
  }
  const printed = JSON.parse(stdout) as {
    whatIf: { flips: readonly (Place & { from: string })[] };
    matches: readonly Place[];
  };
  const placesOf = (list: readonly Place[]): number[][] => list.map(({ step, place }) => [step, place]);
  const turned = printed.whatIf.flips.filter(({ from }) => from === "relaxed");
  assert.ok(turned.length > 0, "nothing was relaxed: this test could not fail");
  assert.deepEqual(placesOf(printed.matches), placesOf(turned));
});

test("writes the report with the trace in it, and the table", async (context) => {
  const folder = temporaryFolder(context);
  await mkdir(path.join(folder, "pages"));
  await writeFile(path.join(folder, "pages", "trace.js"), "go();");
  await writeFile(path.join(folder, "pages", "trace.css"), "p{}");
  const [html, csv] = [path.join(folder, "out", "a.html"), path.join(folder, "out", "a.csv")];
  await inspect([FIXTURE, "--html", html, "--csv", csv], path.join(folder, "pages/"));
  const trace = parseTrace(await readFile(FIXTURE, "utf8"));
  const report = await readFile(html, "utf8");
  const json = report.split(`id="${REPORT_TRACE_ID}">`)[1]?.split("</script>")[0] ?? "";
  assert.deepEqual(parseTrace(json), trace);
  assert.ok(report.includes("go();") && report.includes("<title>describe.prompty, 2025"));
  assert.equal(await readFile(csv, "utf8"), stepsCsv(trace));
  assert.deepEqual(
    (await readdir(path.dirname(html))).toSorted(),
    ["a.csv", "a.html"],
    "nothing else is left",
  );
});

test("a compact trace gives what the plain one gives", async (context) => {
  const folder = temporaryFolder(context);
  const compact = path.join(folder, "t.lasertrace.gz");
  await writeFile(compact, gzipSync(await readFile(FIXTURE)));
  const [csv, other] = [path.join(folder, "a.csv"), path.join(folder, "b.csv")];
  await inspect([FIXTURE, "--csv", csv], "");
  await inspect([compact, "--csv", other], "");
  assert.equal(await readFile(other, "utf8"), await readFile(csv, "utf8"));
});

interface Refusal {
  readonly name: string;
  /** {folder} is replaced by a folder with the trace t.lasertrace in it. */
  readonly args: readonly string[];
  readonly code: string;
  readonly message: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  { name: "no such file", args: ["{folder}/none"], code: "traceFileMissing", message: /no trace at .*none/ },
  { name: "a folder", args: ["{folder}"], code: "traceFileUnreadable", message: /it is a folder/ },
  {
    name: "a file that is not a trace",
    args: ["{folder}/no.json"],
    code: "traceNotATrace",
    message: /no\.json: .*not a trace/,
  },
  { name: "a cut trace", args: ["{folder}/cut"], code: "traceNotJson", message: /ends too early/ },
  {
    name: "a compact trace that was cut",
    args: ["{folder}/cut.lasertrace.gz"],
    code: "traceNotUnpacked",
    message: /cut\.lasertrace\.gz: .*ends too early/,
  },
  {
    name: "a compact trace that is damaged",
    args: ["{folder}/damaged.lasertrace.gz"],
    code: "traceNotUnpacked",
    message: /damaged\.lasertrace\.gz: .*is damaged/,
  },
  {
    name: "something else that is packed",
    args: ["{folder}/other.lasertrace.gz"],
    code: "traceNotATrace",
    message: /other\.lasertrace\.gz: .*not a trace/,
  },
  {
    name: "the report over the trace",
    args: ["{folder}/t.lasertrace", "--html", "{folder}/t.lasertrace"],
    code: "outputPathUnusable",
    message: /it is an input/,
  },
  {
    name: "the same by way of a link",
    args: ["{folder}/t.lasertrace", "--csv", "{folder}/link"],
    code: "outputPathUnusable",
    message: /it is an input/,
  },
  {
    name: "report and table in one file",
    args: ["{folder}/t.lasertrace", "--csv", "{folder}/a", "--html", "{folder}/a"],
    code: "outputPathUnusable",
    message: /--csv and --html name the same file/,
  },
  {
    name: "a folder as the table",
    args: ["{folder}/t.lasertrace", "--csv", "{folder}"],
    code: "outputPathUnusable",
    message: /it is a folder/,
  },
  {
    name: "a page that is not built",
    args: ["{folder}/t.lasertrace", "--html", "{folder}/a.html", "--csv", "{folder}/a.csv"],
    code: "reportPageMissing",
    message: /trace\.js is missing/,
  },
  {
    name: "not a filter",
    args: ["{folder}/t.lasertrace", "--filter", "@rnak>2"],
    code: "optionInvalid",
    message: /--filter @rnak>2: Unknown name @rnak\. Try @rank/,
  },
  {
    name: "not a what-if",
    args: ["{folder}/t.lasertrace", "--what-if", "q=2"],
    code: "optionInvalid",
    message: /--what-if q=2/,
  },
  {
    name: "a negative budget",
    args: ["{folder}/t.lasertrace", "--suggest=-1"],
    code: "optionInvalid",
    message: /--suggest -1/,
  },
];

table("refuses", REFUSALS, async ({ args, code, message }, context) => {
  const folder = temporaryFolder(context);
  const trace = path.join(folder, "t.lasertrace");
  await copyFile(FIXTURE, trace);
  const text = await readFile(trace, "utf8");
  await writeFile(path.join(folder, "no.json"), "{}");
  await writeFile(path.join(folder, "cut"), text.slice(0, 1000));
  const packed = gzipSync(text);
  await writeFile(path.join(folder, "cut.lasertrace.gz"), packed.subarray(0, -9));
  await writeFile(path.join(folder, "damaged.lasertrace.gz"), packed.fill(0xff, 99, 120));
  await writeFile(path.join(folder, "other.lasertrace.gz"), gzipSync("{}"));
  await symlink(trace, path.join(folder, "link"));
  const before = (await readdir(folder)).toSorted();
  await assert.rejects(
    inspect(
      args.map((arg) => arg.replace("{folder}", folder)),
      path.join(folder, "none/"),
    ),
    (error) => {
      assert.ok(error instanceof CliError);
      const described = describeError(error);
      assert.equal(described.code, code);
      assert.match(described.message, message);
      assert.match(described.nextStep, /\w/);
      assert.equal(blameOf(error), code === "reportPageMissing" ? "environment" : "input");
      return true;
    },
  );
  assert.deepEqual((await readdir(folder)).toSorted(), before, "something was written");
  assert.equal(await readFile(trace, "utf8"), text);
});

test("any run is shown, without control characters but colours, as text and as an object", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const trace = reread(randomTrace(seed, seed % 7));
    const { rule, guards } = trace.request;
    const curve = budgetCurve(trace, guards);
    const inspected: Inspected = {
      trace,
      whatIf: { setting: { rule, guards }, result: whatIf(trace, rule, guards) },
      suggestion: { budgetNats: 1, curve, point: suggest(curve, 1) },
      matches: [],
      written: [],
    };
    for (const style of ["colour", "marks"] as const) {
      const text = writable(reportOf(inspected, style));
      const plain = style === "colour" ? stripVTControlCharacters(text) : text;
      // eslint-disable-next-line no-control-regex -- control characters are the point
      assert.doesNotMatch(plain, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, `seed ${seed}`);
      assert.doesNotMatch(plain, /NaN|undefined|Infinity|\[object/, `seed ${seed}`);
    }
    assert.doesNotThrow(() => JSON.stringify(jsonOf(inspected)));
  }
});

function reread(trace: Trace): Trace {
  return parseTrace(serialiseTrace(trace));
}
