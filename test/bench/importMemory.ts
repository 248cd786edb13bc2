// npm run bench:import -- [--megabytes 5120] [--users 1500000] [--items 300000] [--seed 1]
// Writes a file of made-up reviews in Amazon's format of 2018, imports it in a process of its own, and prints what that took.
// The file and the data set are removed at the end. Exits with status 1 if the process held over 300 MB.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { repositoryFolder } from "../support/check.ts";
import { seededRandom, type Random } from "../support/random.ts";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "5120" },
    users: { type: "string", default: "1500000" },
    items: { type: "string", default: "300000" },
    seed: { type: "string", default: "1" },
  },
});
const MAX_BYTES = 300e6;
const REVIEW_WORDS = 150;
const REVIEWS_PER_WRITE = 1000;
/** Printed by the importing process when it ends. */
const REPORT =
  "process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();" +
  "console.error('held '+maxRSS*1024+' '+(userCPUTime+systemCPUTime)/1e6)})";
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A text of a review: words of two to eight letters. */
function reviewText(random: Random): string {
  const word = (): string =>
    Array.from({ length: 2 + random.below(7) }, () => String.fromCharCode(97 + random.below(26))).join("");
  return Array.from({ length: REVIEW_WORDS }, word).join(" ");
}

/** Writes reviews until the file has so many bytes. @returns how many there are */
async function writeReviews(file: string, bytes: number): Promise<number> {
  const random = seededRandom(Number(values.seed));
  const texts = Array.from({ length: 300 }, () => reviewText(random));
  const out = createWriteStream(file);
  let [written, reviews] = [0, 0];
  while (written < bytes) {
    let block = "";
    for (let left = REVIEWS_PER_WRITE; left > 0; left--)
      block += `${JSON.stringify({
        overall: 1 + random.below(5),
        reviewerID: `A${random.below(Number(values.users))}`,
        asin: `B${random.below(Number(values.items))}`,
        reviewText: random.pick(texts),
        unixReviewTime: 1_300_000_000 + reviews++,
      })}\n`;
    written += block.length;
    if (!out.write(block)) await once(out, "drain");
  }
  out.end();
  await finished(out);
  return reviews;
}

/** Imports the file. @returns bytes that the process held at most, and seconds of processor time */
async function importing(file: string, out: string): Promise<{ heldBytes: number; cpuSeconds: number }> {
  const laser = path.join(repositoryFolder, "dist", "laser.mjs");
  const args = ["--import", `data:text/javascript,${REPORT}`, laser, "data", "import", file, "--out", out];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-4000)));
  const [code] = (await once(child, "close")) as [number | null];
  const [, held, cpu] = /^held (\d+) ([\d.]+)$/m.exec(stderr) ?? [];
  if (code !== 0 || held === undefined) throw new Error(`the import ended with ${code}: ${stderr}`);
  return { heldBytes: Number(held), cpuSeconds: Number(cpu) };
}

const folder = mkdtempSync(path.join(tmpdir(), "laser-import-"));
try {
  const file = path.join(folder, "reviews.jsonl");
  const reviews = await writeReviews(file, Number(values.megabytes) * 2 ** 20);
  say(`${values.megabytes} MiB of ${reviews.toLocaleString("en")} reviews`);
  const { heldBytes, cpuSeconds } = await importing(file, path.join(folder, "reviews.laserdata"));
  say(`held ${(heldBytes / 1e6).toFixed(0)} MB at most; ${cpuSeconds.toFixed(0)} s of the processor`);
  if (heldBytes > MAX_BYTES) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
