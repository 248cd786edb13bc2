// Takes one file out of a package's archive. No name of the archive becomes a path on the disk.
import { createReadStream, createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { Parser, type ReadEntry } from "tar";
import { messageOf } from "../../../../core/base/index.ts";
import { asFilesError } from "../../../files/index.ts";
import { InstallError } from "./errors.ts";

/** What to take out of an archive, within which bounds. */
export interface UnpackOptions {
  /** Shown in faults. */
  readonly what: string;
  /** The name of the only file to take. */
  readonly member: RegExp;
  /** The most bytes of all entries together. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  readonly onBytes: (doneBytes: number) => void;
}

/**
 * Writes the member below `folder` under its last name and returns its path.
 * @throws InstallError archiveBroken | packageTooLarge; FilesError; the signal's reason
 */
export async function unpackMember(archive: string, folder: string, options: UnpackOptions): Promise<string> {
  const { what, member, mostBytes, signal, onBytes } = options;
  const broken = (reason: string): InstallError => new InstallError({ tag: "archiveBroken", what, reason });
  let written: { readonly path: string; readonly done: Promise<void> } | null = null;
  let fault: Error | null = null;
  let bytes = 0;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      bytes += entry.size;
      if (bytes > mostBytes)
        fault ??= new InstallError({ tag: "packageTooLarge", what, limitBytes: mostBytes });
      else if (entry.path.split(/[\\/]/).includes("..") || /^([\\/]|[A-Za-z]:)/.test(entry.path))
        fault ??= broken(`${entry.path} leaves its folder`);
      else if (member.test(entry.path) && entry.type !== "File")
        fault ??= broken(`${entry.path} is not a plain file`);
      else if (member.test(entry.path) && written === null) {
        const path = join(folder, basename(entry.path));
        written = { path, done: save(entry, path, onBytes) };
        // Reported where it is awaited.
        written.done.catch((error: unknown) => (fault ??= asFilesError(error, path)));
        return;
      }
      entry.resume();
    },
  });
  // Read when the last chunk has been parsed, so that a listener exists before the first.
  const ended = new Promise<void>((resolve) => parser.on("end", resolve));
  parser.on("error", (error: unknown) => (fault ??= broken(messageOf(error))));
  for await (const chunk of createReadStream(archive) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    throwIf(fault);
    if (!parser.write(chunk)) await Promise.race([once(parser, "drain"), ended]);
  }
  throwIf(fault);
  parser.end();
  throwIf(fault);
  await ended;
  throwIf(fault);
  const found = written as { readonly path: string; readonly done: Promise<void> } | null;
  if (found === null) throw broken("it does not hold the back end");
  await found.done;
  return found.path;
}

/** Asserts nothing by itself: the compiler doesn't see that a callback has set it. */
function throwIf(fault: Error | null): void {
  if (fault !== null) throw fault;
}

async function save(entry: ReadEntry, path: string, onBytes: (doneBytes: number) => void): Promise<void> {
  const out = createWriteStream(path, { flags: "wx" });
  let doneBytes = 0;
  entry.on("data", (chunk: Buffer) => {
    doneBytes += chunk.length;
    onBytes(doneBytes);
    if (!out.write(chunk)) {
      entry.pause();
      out.once("drain", () => {
        entry.resume();
      });
    }
  });
  entry.on("end", () => out.end());
  await finished(out);
}
