// @ts-check
// Runs one program in its own process group and ends the whole group as soon as our stdin closes: so nothing
// is left running however the process that started us ended, killed ones too.
import { spawn } from "node:child_process";

const GRACE_MS = 3_000;
const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error("guard.mjs PROGRAM [ARGUMENT…]");

let ending = false;
/** This process leads the group, and so a kill of the group ends it as well. */
function endGroup() {
  if (ending) return;
  ending = true;
  process.kill(-process.pid, "SIGTERM");
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), GRACE_MS);
}

// Our own SIGTERM to the group comes back to us and must not end us before the others.
process.on("SIGTERM", endGroup);
process.on("SIGINT", endGroup);
process.stdin.on("end", endGroup).on("error", endGroup).resume();

const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
child.once("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once("exit", () => {
  // What the program leaves behind ends with it.
  process.kill(-process.pid, "SIGKILL");
});
