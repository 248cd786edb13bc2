// What a data set holds, as lines of text.
import { several } from "../../../core/base/index.ts";
import type { About } from "../../data/index.ts";
import { NOT_MEASURED, shareOf } from "./figures.ts";

/** Every figure with its unit and what it is a part of. */
export function aboutLines(about: About): readonly string[] {
  const { source, parts, ratings, times } = about;
  const { badRows, repeats, describedAgain, outsideCore } = source;
  const lines = [
    `${several(about.users, "user")}, ${several(about.items, "item")}, ${several(about.interactions, "interaction")}, from ${about.format}`,
    `ratings    ${ratings === null ? "none" : `${ratings.least} to ${ratings.greatest}, ${ratings.mean.toFixed(3)} on average`}`,
    `times      ${times === null ? "none" : `${times.first.slice(0, 10)} to ${times.last.slice(0, 10)}`}`,
    `titles     ${shareOf(about.items - about.itemsWithoutTitle, about.items)} of the items have one`,
    `split      ${splitText(about)}`,
  ];
  if (parts !== null)
    lines.push(`           train ${parts.train}, valid ${parts.valid}, test ${parts.test} interactions`);
  lines.push(`fingerprint ${about.fingerprint.slice(0, 16)}`, "");
  lines.push(`read       ${several(source.interactions, "interaction")} from the source`);
  const leftOut: [number, string][] = [
    [source.belowMinRating, `below the rating ${about.options.minRating ?? NOT_MEASURED}, or without one`],
    [repeats.same, "again with the same user, item, time and rating; the first is kept"],
    [repeats.otherRating, "again with the same user, item and time, but another rating; the first is kept"],
    [outsideCore.interactions, `outside the ${about.options.kCore}-core`],
  ];
  for (const [count, why] of leftOut)
    if (count > 0) lines.push(`left out   ${several(count, "interaction")} ${why}`);
  if (outsideCore.users + outsideCore.items > 0)
    lines.push(
      `left out   ${several(outsideCore.users, "user")} and ${several(outsideCore.items, "item")} outside the ${about.options.kCore}-core`,
    );
  if (describedAgain.same > 0)
    lines.push(
      `repeated   ${several(describedAgain.same, "description")} of users or items, with the same content`,
    );
  if (describedAgain.other > 0)
    lines.push(
      `repeated   ${several(describedAgain.other, "description")} of users or items, with other content; the first is kept`,
    );
  lines.push(`bad rows   ${badRows.total}`);
  for (const { reason, count } of badRows.byReason) lines.push(`           ${count}: ${reason}`);
  if (badRows.first.length > 0)
    lines.push(badRows.first.length === badRows.total ? "           where:" : "           the first ones:");
  for (const { file, line, reason } of badRows.first) lines.push(`           ${file}:${line}: ${reason}`);
  return lines;
}

function splitText({ options: { split } }: About): string {
  if (split === null) return "none";
  if (split.kind === "last") return "of each user the last interaction for test, the one before for valid";
  const { kind, train, valid } = split;
  const shares = `${percent(train)}/${percent(valid)}/${percent(1 - train - valid)} %`;
  return kind === "user"
    ? `by each user's own time: ${shares} of that user's interactions`
    : `by time: ${shares} of the interactions`;
}

const percent = (share: number): string => String(Number((share * 100).toFixed(3)));
