// `laser inspect TRACE`: shows a recorded run on the terminal and writes its report and CSV.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Option, type Command } from "commander";
import { writeFileAtomic } from "../../files/index.ts";
import {
  budgetCurve,
  isMatch,
  parseQuery,
  queryTokensOf,
  REPORT_NOTE,
  reportHtml,
  stepsCsv,
  suggest,
  tokensCsv,
  whatIf,
  type Query,
} from "../../../core/inspect/index.ts";
import { serialiseTrace, withoutAddress, type Trace } from "../../../core/trace/index.ts";
import { CliError } from "../errors.ts";
import { jsonOf, reportOf, traceTitle, type Inspected } from "../terminal/inspectOutput.ts";
import { expandHome } from "../files/paths.ts";
import { decimal } from "../options/options.ts";
import { readTrace } from "../files/readTrace.ts";
import { OVERWRITE_HELP, type OverwriteFlags } from "../files/overwrite.ts";
import { checkOutputPaths } from "../files/tracePath.ts";
import { print, printJson, stdoutKind } from "../terminal/output.ts";
import { parseSetting, type Setting } from "../options/whatIfSetting.ts";

interface InspectFlags extends OverwriteFlags {
  readonly html?: string;
  readonly csv?: string;
  readonly tokensCsv?: string;
  readonly whatIf?: (recorded: Setting) => Setting;
  readonly suggest?: number;
  readonly filter?: Query;
  readonly json?: boolean;
}

/** The built page, beside the built program. */
const BUILT_PAGES = fileURLToPath(new URL("./webview/", import.meta.url));

/** Adds `inspect`. It throws CliError and errors of writing files. */
export function addInspectCommand(program: Command, pages = BUILT_PAGES): void {
  program
    .command("inspect")
    .description("show the decisions of a recorded run, and what another rule would have decided")
    .argument("<trace>", "a .lasertrace or .lasertrace.gz file", expandHome)
    .option("--html <file>", "write a self-contained HTML report that works offline", expandHome)
    .option("--csv <file>", "write the steps as a spreadsheet table", expandHome)
    .option(
      "--tokens-csv <file>",
      "write the same with one row per drafted token, with its parent and depth",
      expandHome,
    )
    .addOption(
      new Option(
        "--what-if <setting>",
        "judge again: strict, or k=3,p=0.05 (delta=… or alpha=… instead of p; consecutive=2, nats=5 or off)",
      ).argParser(parseSetting),
    )
    .addOption(
      new Option("--suggest <nats>", "the best setting that gives up at most this many nats").argParser(
        decimal("--suggest", { min: 0, max: Number.MAX_SAFE_INTEGER }),
      ),
    )
    .addOption(
      new Option("--filter <query>", "list the matching tokens, as in '@verdict:rejected @rank>2'").argParser(
        readQuery,
      ),
    )
    .option("--overwrite", OVERWRITE_HELP)
    .option("--json", "print one JSON object; its steps count from 0, as in traces")
    .action((path: string, flags: InspectFlags) => inspect(path, flags, pages));
}

async function inspect(path: string, flags: InspectFlags, pages: string): Promise<void> {
  const { html, csv, tokensCsv: tokens, json, overwrite } = flags;
  await checkOutputPaths({ "--html": html, "--csv": csv, "--tokens-csv": tokens }, [path], { overwrite });
  const trace = await readTrace(path);
  const answers = answersOf(trace, flags);
  const written: string[] = [];
  if (html !== undefined) {
    await writeFileAtomic(html, await htmlOf(answers, pages));
    written.push(html);
  }
  for (const [output, tableOf] of [
    [csv, stepsCsv],
    [tokens, tokensCsv],
  ] as const) {
    if (output === undefined) continue;
    await writeFileAtomic(output, tableOf(trace));
    written.push(output);
  }
  const inspected = { ...answers, written };
  if (json) printJson(jsonOf(inspected));
  else print(reportOf(inspected, stdoutKind().colour ? "colour" : "marks"));
}

type Answers = Omit<Inspected, "written">;

function answersOf(trace: Trace, flags: InspectFlags): Answers {
  const { request, tokens, pool } = trace;
  const names = { tokens, entries: pool?.entryNames ?? {} };
  const setting = flags.whatIf?.(request) ?? null;
  const guards = setting?.guards ?? request.guards;
  const curve = flags.suggest === undefined ? null : budgetCurve(trace, guards);
  const query = flags.filter;
  return {
    trace,
    whatIf: setting && { setting, result: whatIf(trace, setting.rule, setting.guards) },
    suggestion:
      curve === null ? null : { budgetNats: flags.suggest!, curve, point: suggest(curve, flags.suggest!) },
    matches:
      query === undefined
        ? null
        : trace.steps.flatMap((step) =>
            queryTokensOf(step, names, request.rowWidth).filter((token) => isMatch(query, token)),
          ),
  };
}

function readQuery(text: string): Query {
  const parsed = parseQuery(text);
  if (parsed.ok) return parsed.query;
  const reason = parsed.message.replace(/\.$/, "");
  throw new CliError({ tag: "optionInvalid", option: "--filter", value: text, reason });
}

/** The report opens with the rule of the what-if, or else the suggested one. */
async function htmlOf({ trace, whatIf: asked, suggestion }: Answers, pages: string): Promise<string> {
  const { guards } = trace.request;
  const suggested = suggestion?.point ?? null;
  const [script, style] = [await readPage(`${pages}trace.js`), await readPage(`${pages}trace.css`)];
  return reportHtml({
    title: `${traceTitle(trace)} – LASER Inspector`,
    script,
    style,
    traceText: serialiseTrace(withoutAddress(trace)),
    plainTraceText: null,
    whatIf: asked?.setting ?? (suggested && { rule: suggested.rule, guards }),
    note: REPORT_NOTE,
    hash: (text) => createHash("sha256").update(text).digest("base64"),
  });
}

async function readPage(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CliError({ tag: "reportPageMissing", path }, { cause: error });
  }
}
