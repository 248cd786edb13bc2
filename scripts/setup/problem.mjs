// @ts-check
// A failed step: the reason, the last lines of its tool's output, and the user's next step. The table below
// is the only place that interprets error messages of npm, the system and the network.

/** How many lines of a tool's output are shown. */
const SHOWN_LINES = 12;

export class Problem extends Error {
  /**
   * @param {string} message what failed and why
   * @param {string} nextStep what the user can do now
   * @param {string} [output] the tool's output; its end is shown
   */
  constructor(message, nextStep, output = "") {
    super(message);
    this.name = "Problem";
    this.nextStep = nextStep;
    this.output = output;
  }
}

const AGAIN = "then run the same command again";
/** Steps that read the package registry. */
const FETCHING = ["install", "VS Code host", "fetching a package"];

/**
 * From the most to the least specific; the first match decides. Entries with steps apply only to the output of those
 * steps: a build error may name a source file that contains the word network.
 * @type {readonly {sign: RegExp, steps?: readonly string[], reason: string, nextStep: string}[]}
 */
const CAUSES = [
  {
    sign: /ENOSPC|no space left on device/i,
    reason: "the disk is full",
    nextStep: `free about 1 GB on the disk of this folder (df -h . shows it), ${AGAIN}`,
  },
  {
    sign: /EDQUOT|quota exceeded/i,
    reason: "your disk quota is used up",
    nextStep: `free about 1 GB of it, ${AGAIN}`,
  },
  {
    sign: /EROFS|read-only file system/i,
    reason: "this folder is on a read-only file system",
    nextStep: "copy the project to a folder you can write to, and run the same command there",
  },
  {
    sign: /\bEACCES\b|\bEPERM\b|permission denied/i,
    reason: "you lack permission to write or run a file or folder",
    nextStep: `make this folder yours (ls -l shows whose it is; on Windows close programs that use it), ${AGAIN}`,
  },
  {
    sign: /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|CERT_HAS_EXPIRED|certificate/,
    steps: FETCHING,
    reason: "the package registry's certificate is not trusted",
    nextStep: `give npm your network's certificate (npm config set cafile FILE), ${AGAIN}`,
  },
  {
    sign: /\bE40[13]\b|\bE407\b|Proxy Authentication Required/i,
    steps: FETCHING,
    reason: "the package registry or the proxy refused the request",
    nextStep: `check npm's registry, login and proxy (npm config list), ${AGAIN}`,
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/,
    steps: FETCHING,
    reason: "there is no connection to the package registry",
    nextStep: `check the network, and npm's proxy and registry settings (npm config list), ${AGAIN}`,
  },
  {
    sign: /\bEUSAGE\b|can only install packages when your package.json and package-lock.json/,
    steps: FETCHING,
    reason: "package.json and package-lock.json do not match",
    nextStep: `run npm install once and keep the package-lock.json it writes, ${AGAIN}`,
  },
  {
    sign: /EINTEGRITY/,
    steps: FETCHING,
    reason: "a downloaded package is damaged",
    nextStep: `run npm cache clean --force, ${AGAIN}`,
  },
  {
    sign: /EBADPLATFORM|installed esbuild for another platform|Cannot find (module|package)|ERR_MODULE_NOT_FOUND/,
    reason: "the installed packages are incomplete or belong to another machine",
    nextStep: `remove the folder node_modules, ${AGAIN}`,
  },
];

/**
 * The problem of a step whose tool failed.
 * @param {string} step such as "install"
 * @param {string} otherwise the reason if the output contains no known sign
 * @param {string} nextStep what to do in that case
 * @param {string} output
 * @returns {Problem}
 */
export function problemFromOutput(step, otherwise, nextStep, output) {
  const cause = CAUSES.find((known) => (known.steps ?? [step]).includes(step) && known.sign.test(output)) ?? {
    reason: otherwise,
    nextStep,
  };
  return new Problem(`${step} failed: ${cause.reason}.`, cause.nextStep, output);
}

/**
 * The problem of a step that had a system error itself, such as a stamp that could not be written.
 * @param {string} step
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemFromError(step, error) {
  if (error instanceof Problem) return error;
  const text = error instanceof Error ? error.message : String(error);
  return problemFromOutput(
    step,
    text,
    "read the reason above; if the cause is not on your machine, report it with this text",
    text,
  );
}

/**
 * A problem as plain lines: the end of the tool's output, what failed, the next step.
 * @param {Problem} problem
 * @returns {string[]}
 */
export function problemLines(problem) {
  const lines = problem.output.split(/\r?\n/).filter((line) => line.trim() !== "");
  const shown = lines.slice(-SHOWN_LINES).map((line) => `  | ${line}`);
  return [...shown, problem.message, `Next: ${problem.nextStep}.`];
}
