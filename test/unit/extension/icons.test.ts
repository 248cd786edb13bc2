// Icons that are read at their size: few strokes that fill the square, and tab icons that are seen in either kind of theme.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { repositoryFolder, table } from "../../support/check.ts";
import { contrast } from "../../support/webview/contrast.ts";

const svgOf = (name: string): string => readFileSync(join(repositoryFolder, "media", `${name}.svg`), "utf8");

/** The area in the icon's own units that the lines of its paths span, and how many paths it has. */
function extentOf(svg: string): { readonly paths: number; readonly width: number; readonly height: number } {
  const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map(([, d]) => d!);
  const points = paths.flatMap((d) => {
    const at = { x: 0, y: 0 };
    return [...d.matchAll(/([MlhvL])([^A-Za-z]*)/g)].map(([, command, given]) => {
      const [a = 0, b = 0] = given!
        .trim()
        .split(/[\s,]+|(?=-)/)
        .filter((part) => part !== "")
        .map(Number);
      if (command === "M" || command === "L") Object.assign(at, { x: a, y: b });
      else if (command === "h") at.x += a;
      else if (command === "v") at.y += a;
      else Object.assign(at, { x: at.x + a, y: at.y + b });
      return { ...at };
    });
  });
  const span = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  return {
    paths: paths.length,
    width: span(points.map(({ x }) => x)),
    height: span(points.map(({ y }) => y)),
  };
}

test("the icon of the activity bar has few thick strokes that fill its square of 24 pixels", () => {
  const svg = svgOf("icon");
  const { paths, width, height } = extentOf(svg);
  assert.match(svg, /width="24" height="24" viewBox="0 0 24 24"/);
  assert.ok(paths <= 5, `${paths} marks can't be told apart`);
  assert.ok(width >= 14 && height >= 10, `${width} × ${height} of 24`);
  for (const [, px] of svg.matchAll(/stroke-width="([\d.]+)"/g))
    assert.ok(Number(px) >= 1.5, `a stroke of ${px} pixels`);
});

table(
  "the icon of a page's tab is lines in a colour of its theme, not a tile",
  [
    { name: "light", background: "rgb(248, 248, 248)" },
    { name: "dark", background: "rgb(24, 24, 24)" },
  ],
  ({ name, background }) => {
    const svg = svgOf(`page-${name}`);
    assert.match(svg, /^<svg[^>]* fill="none"/);
    assert.doesNotMatch(svg, /<rect|<circle/);
    const [, hex = ""] = /stroke="#([0-9a-fA-F]{6})"/.exec(svg) ?? [];
    const stroke = `rgb(${[0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
    assert.ok(contrast(stroke, background) >= 3, `${stroke} on ${background}`);
  },
);
