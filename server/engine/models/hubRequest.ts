// One request to the hub: redirects followed by hand, the token kept from other hosts, silence ended.
// Must not know what is requested.
import { ModelError } from "./errors.ts";

const MAX_REDIRECTS = 5;

export interface HubConnection {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Sent to the endpoint itself and to nobody else. */
  readonly token: string | null;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface HubResponse {
  readonly response: Response;
  /** Says that bytes arrived; without it the connection is ended after idleMs. */
  readonly keepAlive: () => void;
  /** Ends the watch for silence; to be called when the body is read or given up. */
  readonly close: () => void;
  /** Turns what fetch or the body threw into the right fault; aborts pass. */
  readonly toFault: (error: unknown) => unknown;
}

/**
 * A HEAD stops at the redirect that carries what the hub knows of the file (the storage behind it doesn't);
 * a GET follows it to the body. Statuses 200, 206, 3xx (HEAD) and 416 are returned, others thrown.
 * @throws ModelError hubNotFound | hubForbidden | hubRefused | hubUnreachable | hubStalled.
 */
export async function hubRequest(
  url: string,
  { method, headers = {} }: { method: "HEAD" | "GET"; headers?: Record<string, string> },
  connection: HubConnection,
): Promise<HubResponse> {
  const watch = watchIdle(connection);
  try {
    let place = new URL(url);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const own = place.origin === new URL(connection.endpoint).origin;
      const response = await fetch(place, {
        method,
        redirect: "manual",
        signal: watch.signal,
        // Compressed, a length would not be the file's and no range could be asked for.
        headers: {
          ...headers,
          "accept-encoding": "identity",
          ...(own && connection.token !== null ? { authorization: `Bearer ${connection.token}` } : {}),
        },
      });
      watch.keepAlive();
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        const next = new URL(location, place);
        if (method === "HEAD" && response.headers.has("x-linked-etag")) return finished(response, watch);
        await response.body?.cancel();
        place = next;
        continue;
      }
      throwOnStatus(response.status, url, connection.token !== null);
      return method === "HEAD" ? finished(response, watch) : { response, ...watch, toFault: faultAt(place) };
    }
    throw new ModelError({ tag: "hubRefused", url, status: 310 });
  } catch (error) {
    watch.close();
    throw faultAt(new URL(url))(error);
  }

  function faultAt(place: URL): (error: unknown) => unknown {
    return (error) => {
      if (connection.signal.aborted) return connection.signal.reason as unknown;
      if (error instanceof ModelError) return error;
      const fault = watch.silent()
        ? ({ tag: "hubStalled", host: place.host, idleMs: connection.idleMs } as const)
        : ({ tag: "hubUnreachable", host: place.host, reason: reasonOf(error) } as const);
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
  keepAlive: () => void;
  close: () => void;
  silent: () => boolean;
} {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, idleMs);
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    keepAlive: () => timer.refresh(),
    close: () => {
      clearTimeout(timer);
    },
    silent: () => silence.signal.aborted,
  };
}

/** fetch hides the reason of a failed connection one level down: "fetch failed", cause "getaddrinfo ENOTFOUND …". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
