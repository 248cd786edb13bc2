// Compares a downloaded model file with its pinned or announced hash.
import { checkHash as check, type FetchHooks } from "../../files/wheels/index.ts";
import { withWheelErrors } from "./withModelErrors.ts";

/** Deletes the file if it is not the expected one. @throws ModelError wrongHash; FilesError; the signal's AbortError */
export const checkHash = (path: string, expected: string, what: string, hooks: FetchHooks): Promise<void> =>
  withWheelErrors(() => check(path, expected, what, hooks));
