// Recognises what is found where a GGUF file was expected, by its first bytes: a download often leaves something else.
import type { ForeignKind } from "../errors.ts";

/** This many bytes of a file are enough to recognize its format. */
export const SNIFFED_BYTES = 512;

const startsWith = (bytes: Buffer, ...codes: readonly number[]): boolean =>
  codes.every((code, at) => bytes[at] === code);

const ARCHIVES: readonly (readonly number[])[] = [
  [0x1f, 0x8b], // gzip
  [0x42, 0x5a, 0x68], // bzip2
  [0xfd, 0x37, 0x7a, 0x58, 0x5a], // xz
  [0x28, 0xb5, 0x2f, 0xfd], // zstd
  [0x37, 0x7a, 0xbc, 0xaf], // 7z
  [0x52, 0x61, 0x72, 0x21], // rar
  [0x50, 0x4b, 0x03, 0x04], // zip
  [0x50, 0x4b, 0x05, 0x06], // an empty zip
];

/** GGML, GGMF, GGJT and GGLA, little-endian: formats before GGUF. */
const OLD_MAGICS: readonly string[] = ["lmgg", "fmgg", "tjgg", "algg"];

/** @param bytes the first SNIFFED_BYTES, or all of a shorter file */
export function foreignKind(bytes: Buffer): ForeignKind {
  const text = bytes.toString("latin1");
  const words = text.replace(/^(\u00ef\u00bb\u00bf)?\s+/, "").toLowerCase();
  if (text.startsWith("version https://git-lfs")) return "lfsPointer";
  if (/^(<!doctype html|<html|<head|<body)/.test(words) || words.includes("<html")) return "webPage";
  // PyTorch's own zip holds a pickle as its first member.
  if (text.startsWith("PK") && text.includes("data.pkl")) return "pytorch";
  if (startsWith(bytes, 0x80) && bytes[1]! >= 2 && bytes[1]! <= 5) return "pytorch";
  if (isSafetensors(bytes)) return "safetensors";
  if (ARCHIVES.some((codes) => startsWith(bytes, ...codes)) || text.startsWith("ustar", 257))
    return "archive";
  if (OLD_MAGICS.includes(text.slice(0, 4))) return "oldGgml";
  if (text.startsWith("\u0089HDF") || text.slice(4, 8) === "TFL3" || text.startsWith("ONNX"))
    return "otherModel";
  if (/^[{[<]/.test(words) || (bytes.length < SNIFFED_BYTES && isReadable(text))) return "serverAnswer";
  if (bytes.every((byte) => byte === 0)) return "zeros";
  return "unknown";
}

/** A JSON text after its length as 64 bits. */
function isSafetensors(bytes: Buffer): boolean {
  if (bytes.length < 10) return false;
  const length = bytes.readBigUInt64LE(0);
  return length > 1n && length <= 100_000_000n && /^\{\s*["}]/.test(bytes.toString("latin1", 8, 40));
}

const isReadable = (text: string): boolean => /^[\t\n\r\u0020-\u007e]*$/.test(text);
