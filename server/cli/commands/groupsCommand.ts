// `laser groups`: makes groups files from attributes, vectors or interactions of users and items.
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { several } from "../../../core/base/index.ts";
import {
  GROUP_MAPPINGS,
  groupsAtRandom,
  groupsByAttribute,
  groupsByInteractions,
  groupsByVectors,
  tableOf,
  writeGroupsFile,
  type GroupAttribute,
  type GroupMapping,
  type GroupsFile,
  type OnGroupStep,
} from "../../pools/index.ts";
import { readBounded } from "../../files/index.ts";
import { inPieces } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import {
  interactionsIn,
  subjectsIn,
  vectorsIn,
  type InteractionFlags,
  type SubjectFlags,
} from "../groups/groupInputs.ts";
import { checkGroupsOutput, requireGrouped, type OutFlags } from "../groups/groupsOutput.ts";
import { withOverwrite } from "../files/overwrite.ts";
import { expandHome } from "../files/paths.ts";
import { oneOf, wholeNumber } from "../options/options.ts";
import { print } from "../terminal/output.ts";
import { NOTHING_WRITTEN, stoppable, type Show } from "../terminal/stoppable.ts";
import { formatTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/tokens.ts";

interface ClusterFlags extends OutFlags {
  readonly k: readonly number[];
  readonly seed: number;
}

interface AttributeFlags {
  readonly attribute?: string;
  readonly mapping?: string;
}

const MAX_GROUP_COUNT = 64;
/** The most characters of a group's name in the table. */
const MAX_NAME = 60;

/** Adds `groups attribute`, `vectors`, `interactions` and `random`. They throw PoolError and CliError. */
export function addGroupsCommand(program: Command): void {
  const groups = program.command("groups").description("find groups of users and items, for pools and runs");
  withAttribute(withOf(withOut(groups.command("attribute")), "items"), true)
    .description("group subjects by the first value of an attribute")
    .argument(
      "<file>",
      'a data set, or .jsonl, .csv, .tsv or .parquet with a column "id" and attributes',
      expandHome,
    )
    .action((file: string, flags: OutFlags & AttributeFlags & SubjectFlags) => byAttribute(file, flags));
  withClusters(withOut(groups.command("vectors")))
    .description("group subjects whose vectors point the same way (k-means)")
    .argument(
      "<file>",
      'a NumPy array (.npy), or .jsonl, .csv, .tsv or .parquet with a column "id" and numbers',
      expandHome,
    )
    .option("--keys <file>", "the subject of each row of a NumPy array, one per line", expandHome)
    .action((file: string, flags: ClusterFlags & { readonly keys?: string }) => byVectors(file, flags));
  withAttribute(withClusters(withOf(withOut(groups.command("interactions")), "users")), false)
    .description("group users by the items they share, or items by their users (truncated SVD)")
    .argument("<file>", "a data set, or what laser data import reads", expandHome)
    .option("--held-out", "include the validation and test parts of a split data set")
    .option("--map <columns>", "of a table: which column means what, such as user=uid,item=asin,rating=stars")
    .addOption(whole("--dimensions <n>", "length of the vectors", 1, 256).default(32))
    .addOption(
      whole("--min-interactions <n>", "subjects with fewer have no group of their own", 1, 1_000_000).default(
        5,
      ),
    )
    .action((file: string, flags: ByInteractionFlags) => byInteractions(file, flags));
  withClusters(withOf(withOut(groups.command("random")), "items"))
    .description("draw groups of equal sizes at random, as a baseline for other groups")
    .argument("<file>", 'a data set, or .jsonl, .csv, .tsv or .parquet with a column "id"', expandHome)
    .action((file: string, flags: ClusterFlags & SubjectFlags) => atRandom(file, flags));
}

const whole = (flag: string, about: string, min: number, max: number): Option =>
  new Option(flag, about).argParser(wholeNumber(flag.split(" ", 1)[0]!, { min, max }));

function withOut(command: Command): Command {
  return withOverwrite(command.requiredOption("--out <file>", "the groups file to write", expandHome));
}

function withOf(command: Command, of: SubjectFlags["of"]): Command {
  return command.addOption(
    new Option("--of <side>", "which to group: users or items of a data set")
      .argParser(oneOf("--of", ["users", "items"] as const))
      .default(of),
  );
}

function withClusters(command: Command): Command {
  return command
    .addOption(
      new Option("--k <n>", "how many groups, or from:to for the best silhouette")
        .argParser(countsIn)
        .default([3], "3"),
    )
    .addOption(whole("--seed <n>", "the same seed makes the same groups", 0, 2 ** 31 - 1).default(1));
}

function withAttribute(command: Command, isRequired: boolean): Command {
  const flag = "--attribute <name>";
  const about = "such as genre; of several values, separated by | or a comma, the first counts";
  return (
    isRequired
      ? command.requiredOption(flag, about)
      : command.option(flag, `for subjects without a group of their own: ${about}`)
  ).option(
    "--mapping <name>",
    `group by value: ${Object.keys(GROUP_MAPPINGS).join(", ")}, or a JSON file {"value": "group"}; default: each value is a group`,
  );
}

/** "3" or "2:8". */
function countsIn(text: string): readonly number[] {
  const [from = Number.NaN, to = from] = text.split(":").map(Number);
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= from;
  if (!isRange || to > MAX_GROUP_COUNT)
    throw new CliError({
      tag: "optionInvalid",
      option: "--k",
      value: text,
      reason: `it must be a whole number from 1 to ${MAX_GROUP_COUNT}, or a range such as 2:8`,
    });
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const STEPS = { vectors: "computing vectors", clusters: "finding clusters" } as const;

const stepsOf =
  (show: Show): OnGroupStep =>
  (step, share) => {
    show.onStep(STEPS[step], share);
  };

async function byAttribute(file: string, flags: OutFlags & AttributeFlags & SubjectFlags): Promise<void> {
  await stoppable(NOTHING_WRITTEN, async (signal, show) => {
    await checkGroupsOutput(flags, [file]);
    const attribute = await attributeOf(flags);
    show.onStep(`reading ${file}`);
    const rows = await subjectsIn(file, flags, signal);
    await keep(flags.out, groupsByAttribute(basename(file), rows, attribute!), rows.length);
  });
}

async function byVectors(file: string, flags: ClusterFlags & { readonly keys?: string }): Promise<void> {
  await stoppable(NOTHING_WRITTEN, async (signal, show) => {
    await checkGroupsOutput(flags, [file, ...(flags.keys === undefined ? [] : [flags.keys])]);
    show.onStep(`reading ${file}`);
    const { keys, vectors } = await vectorsIn(file, flags.keys, signal);
    const choice = { ks: flags.k, seed: flags.seed, onStep: stepsOf(show) };
    const groups = await inPieces(groupsByVectors(basename(file), keys, vectors, choice), signal);
    await keep(flags.out, groups, keys.length);
  });
}

interface ByInteractionFlags extends ClusterFlags, AttributeFlags, SubjectFlags, InteractionFlags {
  readonly dimensions: number;
  readonly minInteractions: number;
}

async function byInteractions(file: string, flags: ByInteractionFlags): Promise<void> {
  await stoppable(NOTHING_WRITTEN, async (signal, show) => {
    await checkGroupsOutput(flags, [file]);
    const fallback = await attributeOf(flags);
    show.onStep(`reading ${file}`);
    const table = await tableOf(interactionsIn(file, flags, signal));
    const { of, dimensions, minInteractions, seed, k: ks } = flags;
    const choice = { of, dimensions, minInteractions, fallback, ks, seed, onStep: stepsOf(show) };
    const subjects = of === "users" ? table.userKeys.length : table.itemKeys.length;
    const groups = await inPieces(groupsByInteractions(basename(file), table, choice), signal);
    await keep(flags.out, groups, subjects);
  });
}

async function atRandom(file: string, flags: ClusterFlags & SubjectFlags): Promise<void> {
  await stoppable(NOTHING_WRITTEN, async (signal, show) => {
    if (flags.k.length > 1)
      throw new CliError({
        tag: "optionInvalid",
        option: "--k",
        value: `${flags.k[0]}:${flags.k.at(-1)}`,
        reason: "groups drawn at random have no silhouette to choose by; give one number",
      });
    await checkGroupsOutput(flags, [file]);
    show.onStep(`reading ${file}`);
    const rows = await subjectsIn(file, flags, signal);
    const keys = [...new Set(rows.map(({ subject }) => subject))];
    const groups = groupsAtRandom(basename(file), keys, flags.k[0]!, flags.seed);
    await keep(flags.out, groups, keys.length);
  });
}

async function attributeOf({ attribute, mapping }: AttributeFlags): Promise<GroupAttribute | null> {
  if (attribute === undefined) return null;
  return { name: attribute, ...(await mappingOf(mapping)) };
}

async function mappingOf(
  named: string | undefined,
): Promise<GroupMapping | { readonly mapping: null; readonly other: null }> {
  if (named === undefined) return { mapping: null, other: null };
  if (Object.hasOwn(GROUP_MAPPINGS, named)) return GROUP_MAPPINGS[named]!;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new CliError({ tag: "optionInvalid", option: "--mapping", value: named, reason }, { cause });
  };
  try {
    const value: unknown = JSON.parse(
      (await readBounded(expandHome(named), MAX_MAPPING_BYTES)).toString("utf8"),
    );
    const isMapping =
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((group) => typeof group === "string" && group !== "");
    if (!isMapping) return refuse('it must be a JSON object such as {"Crime": "Action"}');
    return { mapping: value as Record<string, string>, other: null };
  } catch (error) {
    if (error instanceof CliError) throw error;
    return refuse("it is neither the name of a mapping nor a JSON file that can be read", error);
  }
}

const MAX_MAPPING_BYTES = 16e6;

async function keep(path: string, groups: GroupsFile, subjects: number): Promise<void> {
  requireGrouped(groups, groups.made.source, subjects);
  await writeGroupsFile(path, groups);
  const sizes = new Map<string, number>();
  for (const group of Object.values(groups.subjects)) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const grouped = Object.keys(groups.subjects).length;
  const { silhouette } = groups.made;
  const measured =
    groups.made.by === "vectors" || groups.made.by === "interactions"
      ? `; silhouette ${silhouette === null ? "not measured" : silhouette.toFixed(3)}`
      : "";
  print(
    `${path}: ${grouped} of ${several(subjects, "subject")} in ${several(sizes.size, "group")}${measured}`,
  );
  const rows = [...sizes]
    .sort(([, a], [, b]) => b - a)
    .map(([group, size]) => [oneLine(group.slice(0, MAX_NAME)), String(size)]);
  const columns = [
    { title: "group", align: "left" },
    { title: "subjects", align: "right" },
  ] as const;
  for (const line of formatTable(columns, rows)) print(line);
}
