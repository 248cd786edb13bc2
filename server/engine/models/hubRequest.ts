// One request to the hub: follows redirects itself, keeps the token from other hosts, and aborts idle connections.
import { ModelError } from "./errors.ts";

const MAX_REDIRECTS = 5;

/** Settings of all requests to one hub. */
export interface HubConnection {
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Sent to the endpoint's own host only. */
  readonly token: string | null;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** A slower connection counts as dead: a model at this speed would take days. */
const MIN_BYTES_PER_SECOND = 1024;

/** A response with an idle timer. */
export interface HubResponse {
  readonly response: Response;
  /** To be called when bytes arrive; the connection is aborted after idleMs with too few. */
  readonly keepAlive: (bytes: number) => void;
  /** Stops the idle timer; to be called when the body has been read or abandoned. */
  readonly close: () => void;
  /** Turns what fetch or the body threw into a ModelError; aborts pass through. */
  readonly toFault: (error: unknown) => unknown;
}

/**
 * A HEAD request stops at the redirect whose headers describe the file (the storage host's don't); a GET request
 * follows it to the body. Statuses 200, 206, 3xx (HEAD) and 416 are returned, others thrown.
 * @throws ModelError hubNotFound | hubForbidden | hubRefused | hubUnreachable | hubStalled; the signal's reason
 */
export async function hubRequest(
  url: string,
  { method, headers = {} }: { method: "HEAD" | "GET"; headers?: Record<string, string> },
  connection: HubConnection,
): Promise<HubResponse> {
  const watch = watchIdle(connection);
  try {
    let current = new URL(url);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const isHub = current.origin === new URL(connection.endpoint).origin;
      const response = await fetch(current, {
        method,
        redirect: "manual",
        signal: watch.signal,
        // With compression, content-length would not be the file's size and ranges would not work.
        headers: {
          ...headers,
          "accept-encoding": "identity",
          ...(isHub && connection.token !== null ? { authorization: `Bearer ${connection.token}` } : {}),
        },
      });
      watch.keepAlive(Infinity);
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        const next = new URL(location, current);
        if (method === "HEAD" && response.headers.has("x-linked-etag")) return finished(response, watch);
        await response.body?.cancel();
        // What is fetched is checked by its hash, but only https hides it from others on the way.
        if (current.protocol === "https:" && next.protocol !== "https:")
          throw new ModelError({ tag: "hubInsecure", host: next.host });
        current = next;
        continue;
      }
      throwOnStatus(response.status, url, connection.token !== null);
      return method === "HEAD"
        ? finished(response, watch)
        : { response, ...watch, toFault: faultAt(current) };
    }
    throw new ModelError({ tag: "hubRefused", url, status: 310 });
  } catch (error) {
    watch.close();
    throw faultAt(new URL(url))(error);
  }

  function faultAt({ host }: URL): (error: unknown) => unknown {
    return (error) => {
      if (connection.signal.aborted) return connection.signal.reason as unknown;
      if (error instanceof ModelError) return error;
      const fault = watch.isIdle()
        ? ({ tag: "hubStalled", host, idleMs: connection.idleMs } as const)
        : ({ tag: "hubUnreachable", host, reason: reasonOf(error) } as const);
      return new ModelError(fault, { cause: error });
    };
  }
}

function finished(response: Response, watch: ReturnType<typeof watchIdle>): HubResponse {
  watch.close();
  return { response, ...watch, toFault: (error) => error };
}

function throwOnStatus(status: number, url: string, tokenSent: boolean): void {
  if ([200, 206, 416].includes(status)) return;
  if (status === 404) throw new ModelError({ tag: "hubNotFound", url });
  if (status === 401 || status === 403) throw new ModelError({ tag: "hubForbidden", url, status, tokenSent });
  throw new ModelError({ tag: "hubRefused", url, status });
}

function watchIdle({ idleMs, signal }: HubConnection): {
  signal: AbortSignal;
  keepAlive: (bytes: number) => void;
  close: () => void;
  isIdle: () => boolean;
} {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort();
  }, idleMs);
  const least = (MIN_BYTES_PER_SECOND * idleMs) / 1000;
  let arrived = 0;
  return {
    signal: AbortSignal.any([signal, idle.signal]),
    keepAlive: (bytes) => {
      arrived += bytes;
      if (arrived < least) return;
      arrived = 0;
      timer.refresh();
    },
    close: () => {
      clearTimeout(timer);
    },
    isIdle: () => idle.signal.aborted,
  };
}

/** fetch hides the reason of a failed connection in its cause: "fetch failed", cause "getaddrinfo ENOTFOUND …". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
