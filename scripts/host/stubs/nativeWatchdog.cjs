// Replaces the native @vscode/native-watchdog: ends this process when its parent is gone.
const process = require("node:process");
const { setInterval } = require("node:timers");

const EVERY_MS = 1000;
/** The exit code that VS Code reads as "the parent ended". */
const PARENT_GONE = 87;

exports.start = (pid) => {
  const check = () => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(PARENT_GONE);
    }
  };
  setInterval(check, EVERY_MS).unref();
};
exports.exit = (code) => process.exit(code || 0);
