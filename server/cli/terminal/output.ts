// The only way to stdout and stderr: everything the command prints passes here, with control characters of other people's
// texts (names in files, errors of parsers, what the user typed) shown as symbols. A lint rule keeps other files out.
import { fstatSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { stripVTControlCharacters } from "node:util";
import { createProgress, type Progress } from "./progress.ts";
import { writable } from "./styles.ts";
import { wantsColour } from "./tokens.ts";

/** Whether --quiet was given: neither notes nor progress. */
let quiet = false;

export function setQuiet(wanted: boolean): void {
  quiet = wanted;
}

/** Whether the last text on stdout left its line open, as the parts of an answer do. */
let lineIsOpen = false;

/** A line on stdout: what was asked for. */
export function print(line: string): void {
  writeOut(`${line}\n`);
}

/** A text on stdout without a line break after it, such as a part of an answer. */
export function writeOut(text: string): void {
  const written = writable(text);
  process.stdout.write(written);
  if (written !== "") lineIsOpen = !endsLine(written);
}

/** One JSON value on stdout. Characters that JSON allows but a terminal obeys are escaped: same value. */
export function printJson(value: unknown, indent?: number): void {
  process.stdout.write(`${inertJson(JSON.stringify(value, null, indent))}\n`);
}

/** A line on stderr about what happens; not under --quiet. */
export function note(line: string): void {
  if (!quiet) complain(line);
}

/**
 * A line on stderr that --quiet doesn't silence: a warning or an error. It starts a line of its own where an unfinished
 * line of stdout is shown in the same place.
 */
export function complain(line: string): void {
  if (lineIsOpen && isOnePlace()) {
    writeErr("\n");
    lineIsOpen = false;
  }
  writeErr(`${line}\n`);
}

export function writeErr(text: string): void {
  process.stderr.write(writable(text));
}

/** Progress on stderr; none under --quiet. */
export function openProgress(): Progress {
  return quiet ? SILENT : createProgress(process.stderr);
}

/** Asks on stderr and returns the line typed; null without a terminal to ask at. */
export async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(writable(question));
  } finally {
    terminal.close();
  }
}

/** Whether stdout is a terminal, and whether it wants colours. */
export function stdoutKind(): { readonly isTerminal: boolean; readonly colour: boolean } {
  return { isTerminal: process.stdout.isTTY, colour: wantsColour(process.stdout) };
}

/** Whether progress is drawn on a terminal rather than printed as lines. */
export function drawsProgress(): boolean {
  return process.stderr.isTTY;
}

/** Calls `closed` when stdout fails, as when the reader of a pipe ends; returns a function that stops listening. */
export function onStdoutError(closed: (error: NodeJS.ErrnoException) => void): () => void {
  process.stdout.on("error", closed);
  return () => process.stdout.off("error", closed);
}

/** Line breaks may be followed by the codes that end a colour. */
function endsLine(text: string): boolean {
  return stripVTControlCharacters(text).endsWith("\n");
}

/** Whether stdout and stderr go to one terminal, pipe or file. */
function isOnePlace(): boolean {
  if (process.stdout.isTTY && process.stderr.isTTY) return true;
  try {
    const [out, err] = [fstatSync(1), fstatSync(2)];
    return out.ino !== 0 && out.ino === err.ino && out.dev === err.dev;
  } catch {
    return false; // One of them is closed.
  }
}

const SILENT: Progress = { update: () => undefined, done: () => undefined, close: () => undefined };

function inertJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
