// Loaded by the extension host instead of a suite's own entry: writes the host's output to a file at once, so
// that nothing is lost when the host ends, and marks that run() completed.
const { Console } = require("node:console");
const fs = require("node:fs");
const process = require("node:process");
const { Writable } = require("node:stream");
const util = require("node:util");

exports.run = async function run() {
  const { LASER_HOST_TESTS, LASER_HOST_OUTPUT, LASER_HOST_MARKER } = process.env;
  const output = fs.openSync(LASER_HOST_OUTPUT, "a");
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      fs.writeSync(output, chunk);
      done();
    },
  });
  // The host's console and stdout ignore assignments to their methods, so the objects themselves are replaced.
  globalThis.console = new Console({ stdout: stream, stderr: stream, colorMode: false });
  for (const name of ["stdout", "stderr"]) {
    Object.defineProperty(process, name, { configurable: true, get: () => stream });
  }
  try {
    const suite = require(LASER_HOST_TESTS);
    if (typeof suite.run !== "function") throw new Error(`${LASER_HOST_TESTS} exports no run()`);
    await suite.run();
    fs.writeFileSync(LASER_HOST_MARKER, "passed");
  } catch (error) {
    fs.writeSync(output, `${util.format(error)}\n`);
    throw error;
  }
};
