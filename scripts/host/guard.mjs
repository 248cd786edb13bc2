// @ts-check
// Runs one program in its own process group and kills the whole group as soon as stdin closes, so that
// nothing is left running however the parent process ended, even if it was killed.
import { spawn } from "node:child_process";

const GRACE_MS = 3_000;
const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error("guard.mjs PROGRAM [ARGUMENT…]");

let ending = false;
/** This process leads the group, so killing the group ends it as well. */
function endGroup() {
  if (ending) return;
  ending = true;
  process.kill(-process.pid, "SIGTERM");
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), GRACE_MS);
}

// The SIGTERM sent to the group also reaches this process and must not end it before the others.
process.on("SIGTERM", endGroup);
process.on("SIGINT", endGroup);
process.stdin.on("end", endGroup).on("error", endGroup).resume();

const child = spawn(program, args, { cwd: process.cwd(), stdio: ["ignore", "inherit", "inherit"] });
child.once("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once("exit", () => {
  // Processes that the program left running end with it.
  process.kill(-process.pid, "SIGKILL");
});
