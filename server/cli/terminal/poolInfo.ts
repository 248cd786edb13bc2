// What `laser pool info` prints about a pool file.
import { several } from "../../../core/base/index.ts";
import {
  balanceOf,
  coverageOf,
  groupFigures,
  readGroupsFile,
  readPoolFile,
  withNotedUses,
} from "../../pools/index.ts";
import { shareOf } from "./figures.ts";
import { print, printJson } from "./output.ts";
import { formatTable, type Column } from "./table.ts";
import { oneLine } from "./tokens.ts";

interface InfoFlags {
  readonly json?: boolean;
  readonly groups?: string;
}

/** @throws PoolError */
export async function poolInfo(file: string, { json, groups: groupsPath }: InfoFlags): Promise<void> {
  const stored = await withNotedUses(file, await readPoolFile(file, null));
  const coverage = groupsPath === undefined ? null : coverageOf(stored, await readGroupsFile(groupsPath));
  const groups = groupFigures(stored);
  const tokens = groups.reduce((sum, group) => sum + group.tokens, 0);
  const balance = balanceOf(groups.map((group) => group.entries));
  const { tokenizer, opening, entries, fileBytes, isFrozen = false } = stored;
  if (json) {
    const { model, fingerprint: tokenizerFingerprint } = tokenizer;
    const openingTokens = opening.length;
    const whole = {
      entries: entries.length,
      tokens,
      openingTokens,
      model,
      tokenizerFingerprint,
      fileBytes,
      isFrozen,
      groups,
      balance,
      ...(coverage && { coverage }),
    };
    printJson(whole);
    return;
  }
  print(
    `${several(entries.length, "answer")}, ${several(tokens, "token")} (plus ${opening.length} before each, not counted)`,
  );
  print(`tokenizer ${tokenizer.fingerprint}, that of ${tokenizer.model}`);
  print(`${several(fileBytes, "byte")}, text stored with the tokens${isFrozen ? "; frozen" : ""}\n`);
  const covered = new Map(coverage?.map((one) => [one.group, one]));
  const rows = groups.map((one) => {
    const of = one.group === null ? undefined : covered.get(one.group);
    return [
      one.group === null ? "(no group)" : oneLine(one.group),
      String(one.entries),
      String(one.tokens),
      String(one.textBytes),
      String(one.uses),
      new Date(one.lastUseMs).toISOString().slice(0, 10),
      ...(coverage === null ? [] : [of === undefined ? "–" : shareOf(of.covered, of.subjects)]),
    ];
  });
  const columns: Column[] = [
    { title: "group", align: "left" },
    { title: "answers", align: "right" },
    { title: "tokens", align: "right" },
    { title: "text bytes", align: "right" },
    { title: "uses", align: "right" },
    { title: "last used", align: "right" },
    ...(coverage === null ? [] : [{ title: "subjects covered", align: "right" } as const]),
  ];
  for (const line of formatTable(columns, rows)) print(line);
  if (balance !== null)
    print(`\nbalance ${balance.toFixed(2)}: entropy of the answers over groups ÷ that of equal groups`);
  const missing = coverage?.filter(({ group }) => groups.every((one) => one.group !== group)) ?? [];
  if (missing.length > 0)
    print(
      `no answers in ${several(missing.length, "group")}: ${missing.map(({ group }) => oneLine(group)).join(", ")}`,
    );
}
