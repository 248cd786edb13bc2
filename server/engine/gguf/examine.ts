// Reads the head of a model file with a bounded reader of our own, of all its parts if it is split, and checks it, before any
// library sees the file: libraries trust lengths and counts, and a damaged one crashes or hangs the process.
import { open, stat, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { errorCode, isAbort, unreadableReason } from "../../files/index.ts";
import { EngineError } from "../errors.ts";
import { architectureOf, checkHead } from "./checkHead.ts";
import { checkShapes } from "./checkShapes.ts";
import { foreignKind, SNIFFED_BYTES } from "./foreign.ts";
import { VERSIONS } from "./format.ts";
import { HeadBytes, HeadError } from "./headBytes.ts";
import { numberAt, textAt } from "./metadata.ts";
import { disagreement, partNameOf, partNumberOf, partPath } from "./parts.ts";
import { isRecurrent, otherPurposeOf } from "./purpose.ts";
import { readHead, type GgufHead, type TensorInfo } from "./readHead.ts";

const MAGIC = "GGUF";
const MAGIC_BYTES = 8;
/** llama.cpp's names of a vocabulary without tokens, whatever list of them the file has. */
const NO_TOKENIZERS: ReadonlySet<string | null> = new Set(["none", "no_vocab"]);

/** A model file that may be given to llama.cpp. */
export interface ModelHead {
  readonly head: GgufHead;
  readonly architecture: string;
  readonly name: string | null;
  /** Of all parts, as are `bytes`. */
  readonly tensors: readonly TensorInfo[];
  readonly bytes: number;
  readonly parts: number;
}

/**
 * Reads and checks a model file, of a split model all parts.
 * @throws EngineError modelFile…, modelHeadUnreadable, modelVersionUnknown, modelBigEndian, modelPart…,
 *   modelWithoutVocabulary, modelNotForText, modelRecurrent; the signal's reason
 */
export async function examineModel(path: string, signal?: AbortSignal): Promise<ModelHead> {
  const first = await readFile(path, signal);
  return withFaultsOf(path, first.bytes, () => examine(path, first, signal));
}

async function examine(path: string, first: ReadFile, signal: AbortSignal | undefined): Promise<ModelHead> {
  const { head } = first;
  const reason = disagreement(path, head);
  if (reason !== null) throw new EngineError({ tag: "modelPartsDisagree", path, reason });
  const parts = partNameOf(path)?.parts ?? 1;
  const part = partNameOf(path)?.part ?? 1;
  if (part !== 1)
    throw new EngineError({ tag: "modelPartChosen", path, part, parts, first: basename(partPath(path, 1)) });
  requireWhole(path, first);
  const rest = await readParts(path, parts, signal);
  const tensors = [first, ...rest].flatMap((file) => file.head.tensors);
  const purpose = otherPurposeOf(head, tensors.length);
  if (purpose !== null) throw new EngineError({ tag: "modelNotForText", path, purpose });
  const architecture = architectureOf(head);
  if (isRecurrent(architecture)) throw new EngineError({ tag: "modelRecurrent", path, architecture });
  if (!head.metadata.has("tokenizer.ggml.tokens") || NO_TOKENIZERS.has(textAt(head, "tokenizer.ggml.model")))
    throw new EngineError({ tag: "modelWithoutVocabulary", path });
  checkHead(head);
  if (parts > 1) checkTensorsOf(path, head, [first, ...rest]);
  checkShapes(head, architecture, tensors);
  const bytes = [first, ...rest].reduce((sum, one) => sum + one.bytes, 0);
  return { head, architecture, name: textAt(head, "general.name"), tensors, bytes, parts };
}

/** The parts after the first, each checked by itself. */
async function readParts(
  path: string,
  parts: number,
  signal: AbortSignal | undefined,
): Promise<readonly ReadFile[]> {
  const rest: ReadFile[] = [];
  for (let part = 2; part <= parts; part++) {
    const file = partPath(path, part);
    const read = await readFile(file, signal).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.fault.tag !== "modelFileMissing") throw error;
      throw new EngineError({ tag: "modelPartMissing", path, part, parts, missing: basename(file) });
    });
    requireWhole(file, read);
    const number = partNumberOf(read.head);
    const reason =
      number === part
        ? disagreement(file, read.head)
        : `its header says part ${number ?? "none"} of the model`;
    if (reason !== null) throw new EngineError({ tag: "modelPartsDisagree", path: file, reason });
    rest.push(read);
  }
  return rest;
}

function checkTensorsOf(path: string, head: GgufHead, files: readonly ReadFile[]): void {
  const names = files.flatMap((file) => file.head.tensors.map(({ name }) => name));
  const claimed = numberAt(head, "split.tensors.count");
  const reason =
    new Set(names).size < names.length
      ? "a tensor is in two of the parts"
      : claimed !== null && claimed !== names.length
        ? `its header claims ${claimed} tensors in all parts, which hold ${names.length}`
        : null;
  if (reason !== null) throw new EngineError({ tag: "modelPartsDisagree", path, reason });
}

interface ReadFile {
  readonly head: GgufHead;
  readonly bytes: number;
}

function requireWhole(path: string, { head: { neededBytes }, bytes }: ReadFile): void {
  if (bytes < neededBytes) throw new EngineError({ tag: "modelFileTruncated", path, bytes, neededBytes });
}

/** The head of one file. @throws EngineError */
async function readFile(path: string, signal: AbortSignal | undefined): Promise<ReadFile> {
  const bytes = await sizeOf(path);
  if (bytes === 0) throw new EngineError({ tag: "modelFileEmpty", path });
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const head = await withFaultsOf(path, bytes, () => readOpened(path, file, bytes, signal));
    return { head, bytes };
  } finally {
    await file.close();
  }
}

async function readOpened(
  path: string,
  file: FileHandle,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<GgufHead> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
  const start = buffer.subarray(0, bytesRead);
  if (start.toString("latin1", 0, 4) !== MAGIC)
    throw new EngineError({ tag: "modelFileNotGguf", path, kind: foreignKind(start) });
  const source = new HeadBytes(file, bytes, signal);
  await source.need(MAGIC_BYTES);
  source.skip(4);
  const version = source.uint32();
  // A number below 2¹⁶ whose bytes are the other way round.
  if (version % 2 ** 16 === 0 && version !== 0) throw new EngineError({ tag: "modelBigEndian", path });
  if (version < VERSIONS.first || version > VERSIONS.last)
    throw new EngineError({ tag: "modelVersionUnknown", path, version });
  return readHead(source, version);
}

/** What is found wrong with a head as a fault that names the file. */
async function withFaultsOf<T>(path: string, bytes: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EngineError || isAbort(error)) throw error;
    if (!(error instanceof HeadError)) throw unreadable(path, error);
    const { fault } = error;
    throw new EngineError(
      fault.kind === "cut"
        ? { tag: "modelFileTruncated", path, bytes, neededBytes: fault.neededBytes }
        : { tag: "modelHeadUnreadable", path, reason: fault.reason },
      { cause: error },
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new EngineError({ tag: "modelFileMissing", path }, { cause: error });
    throw unreadable(path, error);
  });
  if (found.isFile()) return found.size;
  const reason = found.isDirectory() ? "it is a folder" : "it is a device or a pipe";
  throw new EngineError({ tag: "modelFileUnreadable", path, reason });
}

const unreadable = (path: string, error: unknown): EngineError =>
  new EngineError({ tag: "modelFileUnreadable", path, reason: unreadableReason(error) }, { cause: error });
