// A server that speaks the model hub's protocol: the hub answers HEAD with what it knows of the file and sends
// GET on to a storage host (another port, hence another origin). Each way of failing is an option.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubSource } from "../../../server/engine/models/source.ts";

/** Whatever runs functions at its end, such as a test. */
export interface Cleanup {
  onTestFinished(end: () => void | Promise<void>): void;
}

export interface HubFaults {
  /** The hub's answer instead of the file; for the first `failures` requests, or for all. */
  readonly status?: number;
  readonly failures?: number;
  /** What the hub announces instead of the truth; null leaves it out. */
  readonly announcedSha256?: string | null;
  readonly announcedBytes?: number;
  /** A GET breaks off after this many bytes, once the client has them, `cuts` times (always if left out). */
  readonly cutAfterBytes?: number;
  readonly cuts?: number;
  /** A GET sends this many bytes, then nothing, and stays open. */
  readonly stallAfterBytes?: number;
  /** The storage host sends the whole file whatever range is asked for. */
  readonly ignoresRange?: boolean;
  /** The storage host refuses every range. */
  readonly refusesRange?: boolean;
  /** What the storage host sends instead of the file. */
  readonly stored?: Buffer;
  /** The repository's list of files, as the hub's API gives it; the one file by default. */
  readonly siblings?: readonly object[];
  /** The repository was renamed: its old name answers with a redirect to the new one. */
  readonly renamed?: boolean;
}

export interface SeenRequest {
  readonly host: "hub" | "storage";
  readonly method: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

export interface LocalHub {
  readonly endpoint: string;
  readonly source: HubSource;
  readonly seen: readonly SeenRequest[];
  /** Resolves when all bytes before the stall have left, so that a client that is far from a big stall has most of them. */
  readonly stalled: Promise<void>;
  /** Receives the client's progress: a cut waits until the client has taken what came before it. */
  readonly onClientBytes: (doneBytes: number) => void;
}

/** An answer that waits to be cut. */
interface Held {
  readonly untilByte: number;
  readonly cut: () => void;
}

export const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Starts both servers; they end with the test. */
export async function startHub(
  context: Cleanup,
  content: Buffer,
  faults: HubFaults = {},
  source: HubSource = { kind: "hub", repo: "some/model", revision: "0123abc", file: "tiny.gguf" },
): Promise<LocalHub> {
  const seen: SeenRequest[] = [];
  let onStall = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (onStall = resolve));
  let held: Held | null = null;
  const hold = (next: Held): void => {
    held = next;
  };
  const note = (host: SeenRequest["host"], { method = "", headers }: IncomingMessage): void => {
    const { range = null, authorization = null } = headers;
    seen.push({ host, method, range, authorization });
  };

  const onClientBytes = (doneBytes: number): void => {
    if (held?.untilByte === doneBytes) held.cut();
  };

  const storage = createServer((request, response) => {
    note("storage", request);
    const sends = seen.filter(({ host }) => host === "storage").length;
    sendStored(request, response, faults.stored ?? content, faults, sends, hold, onStall);
  });
  const storageOrigin = await listen(context, storage);

  const hub = createServer((request, response) => {
    note("hub", request);
    const requests = seen.filter(({ host }) => host === "hub").length;
    if (faults.status !== undefined && requests <= (faults.failures ?? Infinity)) {
      response.writeHead(faults.status).end();
      return;
    }
    if (request.url === `/api/models/${source.repo}?blobs=true`) {
      const lfs = { sha256: sha256(content), size: content.length, pointerSize: 134 };
      const siblings = faults.siblings ?? [{ rfilename: source.file, size: content.length, lfs }];
      response.end(JSON.stringify({ id: source.repo, sha: source.revision, siblings }));
      return;
    }
    const path = `/${source.repo}/resolve/${source.revision}/${source.file}`;
    if (faults.renamed === true && request.url === path) {
      response.writeHead(307, { location: `/new${path}` }).end();
      return;
    }
    if (request.url !== path && request.url !== `/new${path}`) {
      response.writeHead(404).end();
      return;
    }
    const announced = faults.announcedSha256 === undefined ? sha256(content) : faults.announcedSha256;
    response.writeHead(302, {
      location: `${storageOrigin}/blob?signature=1`,
      "x-repo-commit": source.revision,
      "x-linked-size": String(faults.announcedBytes ?? content.length),
      ...(announced === null ? {} : { "x-linked-etag": `"${announced}"` }),
    });
    response.end();
  });
  return { endpoint: await listen(context, hub), source, seen, stalled, onClientBytes };
}

function sendStored(
  request: IncomingMessage,
  response: ServerResponse,
  stored: Buffer,
  faults: HubFaults,
  sends: number,
  hold: (held: Held) => void,
  onStall: () => void,
): void {
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const start = asked === undefined || faults.ignoresRange === true ? 0 : Number(asked);
  if ((asked !== undefined && faults.refusesRange === true) || (start > 0 && start >= stored.length)) {
    response.writeHead(416, { "content-range": `bytes */${stored.length}` }).end();
    return;
  }
  const body = stored.subarray(start);
  const range = { "content-range": `bytes ${start}-${stored.length - 1}/${stored.length}` };
  response.writeHead(start > 0 ? 206 : 200, { "content-length": body.length, ...(start > 0 ? range : {}) });
  if (request.method === "HEAD") {
    response.end();
  } else if (faults.stallAfterBytes !== undefined) {
    response.flushHeaders();
    response.write(body.subarray(0, faults.stallAfterBytes), onStall);
  } else if (faults.cutAfterBytes !== undefined && sends <= (faults.cuts ?? Infinity)) {
    response.flushHeaders();
    if (faults.cutAfterBytes === 0) {
      response.socket?.end();
      return;
    }
    hold({ untilByte: start + faults.cutAfterBytes, cut: () => response.socket?.end() });
    response.write(body.subarray(0, faults.cutAfterBytes));
  } else {
    response.end(body);
  }
}

async function listen(context: Cleanup, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
