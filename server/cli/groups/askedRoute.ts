// The group of the pool that a command's request is sent to: named, or found in a groups file.
import { type Command, Option } from "commander";
import { namedRoute, readGroupsFile, Router, type Route } from "../../pools/index.ts";
import type { PoolRoute } from "../../../core/trace/index.ts";
import { CliError } from "../errors.ts";
import { expandHome } from "../files/paths.ts";

export interface RouteFlags {
  readonly group?: string;
  readonly subject?: string;
  readonly groups?: string;
  readonly attribute: Readonly<Record<string, string>>;
}

/** Adds the options that say what a request is about. */
export function withRoute(command: Command): Command {
  return command
    .option("--subject <key>", "the user or item that the prompt is about, as the pool's answers name it")
    .option("--groups <file>", "a groups file, which assigns the subject to a group", expandHome)
    .addOption(
      new Option(
        "--attribute <name=value>",
        "an attribute of the subject, by which it may be assigned to a group",
      )
        .argParser(collectAttribute)
        .default({}, "none"),
    )
    .option(
      "--group <name>",
      "the group itself; its answers count in full, those of others by learned weights",
    );
}

/**
 * null: nothing is known of the request. Options override the group of a prompt file.
 * @param groupOfPrompt null: the file names none, or there is no file
 * @throws CliError; errors of reading the groups file
 */
export async function askedRoute(
  flags: RouteFlags,
  groupOfPrompt: string | null = null,
): Promise<PoolRoute | null> {
  const { group, groups, subject = null, attribute } = flags;
  if (group !== undefined && groups !== undefined)
    throw new CliError({
      tag: "optionInvalid",
      option: "--group",
      value: group,
      reason: "the group is that of the groups file; give one of them",
    });
  if (group !== undefined) return { subject, ...namedRoute(group) };
  if (groups === undefined)
    return subject === null && groupOfPrompt === null ? null : { subject, ...namedRoute(groupOfPrompt) };
  const route: Route = new Router(await readGroupsFile(groups)).route({ subject, attributes: attribute });
  return { subject, ...route };
}

/** A sentence about options that change nothing; null if each has its effect. */
export function withoutEffect(
  { group, groups, subject, attribute }: RouteFlags,
  hasPool: boolean,
): string | null {
  const hasAttribute = Object.keys(attribute).length > 0;
  const given = [
    ...(subject === undefined ? [] : ["--subject"]),
    ...(groups === undefined ? [] : ["--groups"]),
    ...(hasAttribute ? ["--attribute"] : []),
    ...(group === undefined ? [] : ["--group"]),
  ];
  if (given.length > 0 && !hasPool)
    return `${given.join(" and ")} without a pool of earlier answers: nothing changes. Name one with --pool FILE.`;
  if (hasAttribute && groups === undefined)
    return "--attribute without a groups file: nothing changes. Name one with --groups FILE.";
  return null;
}

function collectAttribute(
  given: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const at = given.indexOf("=");
  if (at <= 0)
    throw new CliError({
      tag: "optionInvalid",
      option: "--attribute",
      value: given,
      reason: "it must be name=value, such as genre=Comedy",
    });
  return { ...before, [given.slice(0, at)]: given.slice(at + 1) };
}
