// Texts for faults of files and folders.
import type { FilesFault } from "../../engine/models/index.ts";
import { unreachable } from "../../../core/base/index.ts";
import type { ErrorText } from "./text.ts";

export function describeFilesFault(fault: FilesFault): ErrorText {
  const code = fault.tag;
  switch (fault.tag) {
    case "noSpace": {
      const room =
        fault.neededBytes === null || fault.freeBytes === null
          ? ""
          : ` (${megabytes(fault.neededBytes)} needed, ${megabytes(fault.freeBytes)} free)`;
      return {
        code,
        message: `There is not enough disk space for ${fault.path}${room}.`,
        nextStep: "Free some space there, or set LASER_CACHE to a folder on another disk.",
      };
    }
    case "noPermission":
      return {
        code,
        message: `${fault.path} can't be read or written by this user.`,
        nextStep: "Change its permissions, or set LASER_CACHE to a folder of your own.",
      };
    case "fileMissing":
      return { code, message: `There is no file at ${fault.path}.`, nextStep: "Check the path." };
    case "fileFailed":
      return {
        code,
        message: `${fault.path} could not be used: ${fault.reason}.`,
        nextStep: "Check that the path is right and that its disk works.",
      };
    default:
      return unreachable(fault);
  }
}

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
