// Fetches one file from the Hugging Face Hub, or a server with the same protocol: requests its description, then
// downloads it, resuming an earlier attempt.
import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HubFile } from "./hubFile.ts";
import { asFilesError, makeFolder, requireSpace } from "../../files/index.ts";
import type { HubSource, ModelFile } from "./source.ts";
import { checkHash } from "./check.ts";
import { ModelError } from "./errors.ts";
import { appendBody } from "./hubBody.ts";
import { hubRequest, type HubConnection } from "./hubRequest.ts";
import type { FetchHooks } from "../../files/wheels/index.ts";

/** Attempts in a row that make no progress. */
const MAX_ATTEMPTS = 5;
/**
 * Less than this, or than a hundredth of the file, does not count as progress: a server that sends little each time is not
 * followed forever.
 */
const MIN_PROGRESS_BYTES = 65_536;

/** Mainly for tests. */
export interface HubOptions {
  /** The hub's URL; by default HF_ENDPOINT, else the public hub. */
  readonly endpoint?: string | undefined;
  /** How long a connection may be idle before it is considered dead; 30 s by default. */
  readonly idleMs?: number;
  /** The pause before the second attempt, 1 s by default; it doubles up to 8 times this. */
  readonly retryMs?: number;
}

/**
 * Downloads the hub's file to `target`. It must be the pinned `file`; if the hub announces another, nothing is
 * downloaded. An interrupted download leaves a part file (see partPath), which the next call resumes.
 * @throws ModelError with a hub fault, wrongHash or wrongSize; FilesError; the signal's AbortError
 */
export async function fetchFromHub(
  source: HubSource,
  file: ModelFile,
  target: string,
  hooks: FetchHooks,
  options: HubOptions = {},
): Promise<void> {
  const connection = connect(hooks, options);
  const retry = retrying(options.retryMs ?? 1_000, hooks.signal);
  const announced = await retry(() => describeHubFile(source, connection));
  if (announced.sha256 !== file.sha256) {
    const what = `${source.repo}/${source.file}`;
    throw new ModelError({ tag: "wrongHash", what, expected: file.sha256, actual: announced.sha256 });
  }
  // Before anything is downloaded: an announced size decides how much may be written. A smaller file fails by its hash.
  if (announced.bytes > file.bytes) {
    const what = `${source.repo}/${source.file}`;
    throw new ModelError({ tag: "wrongSize", what, expectedBytes: file.bytes, actualBytes: announced.bytes });
  }
  await downloadHubFile(announced, source.file, target, connection, hooks, retry);
}

/** The path of an incomplete download. It contains the hash, so that a part of another file is never continued. */
export const partPath = (target: string, sha256: string): string => `${target}.${sha256.slice(0, 12)}.part`;

/** Requests the description of a file: its LFS SHA-256 and size. @throws ModelError with a hub fault */
export async function describeHubFile(source: HubSource, connection: HubConnection): Promise<HubFile> {
  const url = `${connection.endpoint}/${source.repo}/resolve/${source.revision}/${source.file}`;
  const { response } = await hubRequest(url, { method: "HEAD" }, connection);
  const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get("x-linked-etag") ?? "")?.[1];
  const bytes = Number(response.headers.get("x-linked-size") ?? response.headers.get("content-length"));
  // Only files in large-file storage have a SHA-256; on the hub, model files always do.
  if (sha256 === undefined || !Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new ModelError({ tag: "hubUnchecked", url });
  }
  return { url, sha256, bytes, commit: response.headers.get("x-repo-commit") };
}

/** The connection settings from options and environment (HF_ENDPOINT, HF_TOKEN). */
export function connect(hooks: Pick<FetchHooks, "env" | "signal">, options: HubOptions): HubConnection {
  const endpoint = options.endpoint ?? nonEmpty(hooks.env.HF_ENDPOINT) ?? "https://huggingface.co";
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    token: isPrivate(new URL(endpoint)) ? nonEmpty(hooks.env.HF_TOKEN) : null,
    idleMs: options.idleMs ?? 30_000,
    signal: hooks.signal,
  };
}

/** Whether what is sent is encrypted or stays on this machine: a token is never sent unencrypted to another one. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

async function downloadHubFile(
  announced: HubFile,
  name: string,
  target: string,
  connection: HubConnection,
  hooks: FetchHooks,
  retry: Retry,
): Promise<void> {
  const part = partPath(target, announced.sha256);
  try {
    await makeFolder(dirname(target));
  } catch (error) {
    throw asFilesError(error, dirname(target));
  }
  let doneBytes = await sizeOf(part);
  await requireSpace(target, announced.bytes - Math.min(doneBytes, announced.bytes));
  const report = (done: number): void => {
    const message = `downloading ${name} (${new URL(announced.url).host})`;
    hooks.onProgress({ phase: "download", message, doneBytes: done, totalBytes: announced.bytes });
  };
  report(doneBytes);
  await retry(
    async () => {
      for (let before = -1; doneBytes !== announced.bytes;) {
        if (doneBytes === before) {
          const { host } = new URL(announced.url);
          throw new ModelError({ tag: "hubUnreachable", host, reason: "the response ended early" });
        }
        before = doneBytes;
        await appendBody(announced, part, doneBytes, connection, report);
        doneBytes = await sizeOf(part);
      }
    },
    async () => {
      const before = doneBytes;
      doneBytes = await sizeOf(part);
      return doneBytes - before >= Math.min(MIN_PROGRESS_BYTES, announced.bytes / 100);
    },
  );
  // The check deletes a wrong file, so that the next run starts from scratch.
  await checkHash(part, announced.sha256, name, hooks);
  try {
    await rename(part, target);
  } catch (error) {
    throw asFilesError(error, target);
  } finally {
    await rm(part, { force: true });
  }
}

type Retry = <T>(work: () => Promise<T>, hasProgressed?: () => Promise<boolean>) => Promise<T>;

/** Retries work after transient failures, with growing pauses, until MAX_ATTEMPTS in a row made no progress. */
function retrying(pauseMs: number, signal: AbortSignal): Retry {
  return async (work, hasProgressed) => {
    for (let failures = 0; ;) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error)) throw error;
        failures = (await hasProgressed?.()) ? 1 : failures + 1;
        if (failures >= MAX_ATTEMPTS) throw error;
        await sleep(pauseMs * Math.min(8, 2 ** (failures - 1)), undefined, { signal });
      }
    }
  };
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof ModelError)) return false;
  const { fault } = error;
  if (fault.tag === "hubRefused") return fault.status >= 500 || fault.status === 429;
  return fault.tag === "hubUnreachable" || fault.tag === "hubStalled";
}

const sizeOf = async (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );

const nonEmpty = (value: string | undefined): string | null =>
  value === undefined || value === "" ? null : value;
