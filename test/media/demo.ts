// npm run media:demo
// Records media/demo.gif: a real run in a real VS Code, from the prompt to a measured speed-up and the card of a token.
// Needs ffmpeg and a quiet machine: the figures in the picture are measured, as everywhere.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { runProgram } from "../../scripts/programs/run.mjs";
import { repositoryFolder } from "../support/check.ts";
import { Editor } from "../support/host/editor.ts";
import { needEditor } from "../support/host/needEditor.ts";

const RUN_MS = 300_000;
const WIDTH_PIXELS = 1100;
/** How many pictures are taken while tokens arrive, which takes about two seconds; each one costs the run some time. */
const LIVE_FRAMES = 3;

interface Frame {
  readonly file: string;
  readonly seconds: number;
}

await needEditor();

const folder = mkdtempSync(path.join(tmpdir(), "laser-demo-"));
const frames: Frame[] = [];
const editor = await Editor.open({
  settings: { "laser.model": process.env.LASER_TEST_MODEL, "laser.gpu": "off" },
  isSeen: true,
});
try {
  await record();
  await writeGif();
} finally {
  await editor.close();
  rmSync(folder, { recursive: true, force: true });
}

async function frame(seconds: number): Promise<void> {
  const file = path.join(folder, `${String(frames.length).padStart(3, "0")}.png`);
  await editor.page.screenshot({ path: file, animations: "disabled" });
  frames.push({ file, seconds });
}

async function record(): Promise<void> {
  // A first run loads the model and measures what evaluations cost, so that the one in the picture starts at once.
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  await ended(await editor.panel());
  await editor.openFile("film.prompty");
  await editor.runCommand("View: Close Other Editors in Group");
  await frame(1.5);
  await editor.page.keyboard.press("F1");
  await editor.page.locator(".quick-input-widget input[type=text]").fill(">LASER: Generate");
  await editor.listRow("LASER: Generate").first().waitFor();
  await frame(1);
  await editor.page.keyboard.press("Escape");
  await editor.runCommand("LASER: Generate");
  // The list of files hid the panel, so its page is a new one.
  const panel = await editor.panel();
  await panel.locator("h1", { hasText: "film" }).waitFor();
  for (let live = 0; live < LIVE_FRAMES; live++) await frame(0.6);
  await ended(panel);
  // Again without pictures, which cost the run time: its figures are those that are shown.
  await editor.runCommand("LASER: Generate");
  await ended(panel);
  await frame(1.5);
  await panel.getByRole("button", { name: "Measure plain run" }).first().click();
  await panel
    .getByRole("button", { name: "Measure plain run" })
    .first()
    .waitFor({ state: "detached", timeout: RUN_MS });
  await editor.page.locator(".statusbar-item", { hasText: "ready" }).waitFor({ timeout: RUN_MS });
  await frame(2.5);
  await panel.locator(".stream .token.rejected, .stream .token.relaxed").first().click();
  await panel.locator(".card .sentence").waitFor();
  await frame(4);
}

async function ended(panel: FrameLocator): Promise<void> {
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });
  await editor.page.locator(".statusbar-item", { hasText: "ready" }).waitFor({ timeout: RUN_MS });
}

/** One palette for all frames, so that still parts of the picture cost nothing. */
async function writeGif(): Promise<void> {
  const list = path.join(folder, "frames.txt");
  const lines = frames.flatMap(({ file, seconds }) => [`file '${file}'`, `duration ${seconds}`]);
  writeFileSync(list, `${[...lines, `file '${frames.at(-1)?.file ?? ""}'`].join("\n")}\n`);
  const filter = `fps=10,scale=${WIDTH_PIXELS}:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=128:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`;
  const args = ["-y", "-f", "concat", "-safe", "0", "-i", list, "-vf", filter, "-loop", "0"];
  const target = path.join(repositoryFolder, "media", "demo.gif");
  const { code, output } = await runProgram("ffmpeg", [...args, target], { cwd: folder, output: "keep" });
  if (code !== 0) throw new Error(`ffmpeg ended with code ${code}:\n${output}`);
}
