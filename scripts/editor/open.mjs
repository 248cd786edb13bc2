// @ts-check
// Opens VS Code on the sample prompts with this extension: the user's own VS Code if `code` is on PATH,
// otherwise one served on this machine.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { installHost } from "../host/install.mjs";
import { hostFolder } from "../host/places.mjs";
import { workbenchAddress } from "../host/address.mjs";
import { runServerCommand, startServer } from "../host/server.mjs";
import { END_SIGNALS, exitCode } from "../programs/run.mjs";
import { Problem } from "../setup/problem.mjs";
import { withProgress } from "../setup/progress.mjs";
import { hashFiles, stampMatches, writeStamp } from "../setup/stamp.mjs";
import { packageExtension } from "./vsix.mjs";

const SAMPLES = "samples";

/**
 * The desktop's VS Code command; null if there is none.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string | null} absolute
 */
export function findDesktopCode(env, platform) {
  const names = platform === "win32" ? ["code.cmd", "code.exe"] : ["code"];
  // A relative folder would be looked up in the current one.
  const folders = (env.PATH ?? env.Path ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(existsSync) ?? null;
}

/**
 * Opens the desktop's VS Code and returns when its command has exited.
 * @param {string} code
 * @param {string} root
 * @returns {Promise<number>} exit code
 */
export function openDesktop(code, root) {
  console.log(`Opening ${SAMPLES}/ in VS Code (${code}).`);
  console.log(`Open book.prompty there and run "LASER: Generate" from the palette (F1).`);
  const args = [`--extensionDevelopmentPath=${root}`, path.join(root, SAMPLES)];
  // Windows runs code.cmd only through its shell, which needs the quotes.
  const child =
    process.platform === "win32"
      ? spawn(
          `"${code}"`,
          args.map((arg) => `"${arg}"`),
          { cwd: root, stdio: "inherit", shell: true },
        )
      : spawn(code, args, { cwd: root, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (ended, signal) => resolve(exitCode(ended, signal)));
  });
}

/**
 * Installs the prerequisites of serving: the host, and this extension in a separate profile.
 * @param {string} root
 * @param {NodeJS.WriteStream} stream where progress is shown
 * @returns {Promise<import("../host/server.mjs").Profile>}
 */
export async function prepareServed(root, stream) {
  const folder = await installHost(stream);
  const vsix = await packageExtension(root, stream);
  const place = path.join(path.dirname(hostFolder()), "profile");
  const profile = {
    folder,
    userDataDir: path.join(place, "user"),
    extensionsDir: path.join(place, "extensions"),
  };
  // Installing the same file again would cost each start some seconds.
  const stamp = path.join(place, ".laser-extension");
  const hash = hashFiles(root, [path.relative(root, vsix)], [profile.extensionsDir]);
  if (existsSync(profile.extensionsDir) && stampMatches(stamp, hash)) {
    stream.write("extension: up to date\n");
    return profile;
  }
  const args = ["--install-extension", vsix, "--force"];
  await withProgress(stream, "extension", "installing it into VS Code", async () => {
    const ended = await runServerCommand(profile, args, "keep");
    if (ended.code === 0) return;
    const nextStep = `remove the folder ${place}, then run the same command again`;
    throw new Problem("The extension could not be installed into VS Code.", nextStep, ended.output);
  });
  writeStamp(stamp, hash);
  return profile;
}

/**
 * Serves VS Code until Ctrl-C.
 * @param {import("../host/server.mjs").Profile} profile
 * @param {string} root
 * @returns {Promise<number>} exit code
 */
export async function serveEditor(profile, root) {
  // The page keeps trust in the browser, so it can't be given to the samples from here: VS Code asks for each folder.
  const server = await startServer(profile, { workspaceTrust: true, connectionToken: true });
  let asked = false;
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      asked = true;
      void server.stop();
    });
  }
  console.log(`\nVS Code is ready. Open this address in a browser on this machine:\n`);
  console.log(`  ${workbenchAddress(server, path.join(root, SAMPLES))}\n`);
  console.log("VS Code asks whether you trust the samples; they are part of this repository.");
  console.log(`There open book.prompty and run "LASER: Generate" from the palette (F1).`);
  console.log("Ctrl-C ends VS Code.");
  await server.ended;
  if (asked) return 0;
  throw new Problem("VS Code ended by itself.", `read ${server.log}, then run the same command again`);
}
