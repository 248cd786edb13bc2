// The library's language client without its notifications, and with failing starts that leave neither an
// unhandled rejection nor a process.
import type { ChildProcess } from "node:child_process";
import type { CancellationToken } from "vscode";
import {
  LanguageClient,
  State,
  type MessageSignature,
  type MessageTransports,
} from "vscode-languageclient/node";

/** A server that was asked to exit is killed after this time. */
const FAREWELL_MS = 1000;

export class QuietLanguageClient extends LanguageClient {
  private killed = false;

  /**
   * Resolves or rejects when the process has ended; until then the library could log to a closed channel.
   *
   * If the server refuses to initialize, the library calls this without awaiting it, and it would reject with
   * "Client is not running and can't be stopped". Then there is only a process to end, not a connection to shut
   * end.
   */
  override async stop(timeoutMs?: number): Promise<void> {
    if (this.state === State.Starting || this.state === State.StartFailed) {
      await this.kill();
      return;
    }
    const { serverProcess } = this;
    try {
      await super.stop(timeoutMs);
    } finally {
      await endOf(serverProcess, FAREWELL_MS);
    }
  }

  /** The code that started the client reports errors; the library would report them again in its own words. */
  override error(message: string, data?: unknown): void {
    whileLogIsOpen(() => {
      super.error(message, data, false);
    });
  }

  override info(message: string, data?: unknown, showNotification?: boolean): void {
    whileLogIsOpen(() => {
      super.info(message, data, showNotification);
    });
  }

  /**
   * A request that waited for a start that failed, or for a server that has ended, gets an empty answer: the
   * editor would log the failure of each provider, whose cause is reported by the code that started the client.
   */
  override handleFailedRequest<T>(
    type: MessageSignature,
    token: CancellationToken | undefined,
    error: unknown,
    defaultValue: T,
    showNotification?: boolean,
    throwOnCancel?: boolean,
  ): T {
    if (this.state !== State.Running) return defaultValue;
    return super.handleFailedRequest(type, token, error, defaultValue, showNotification, throwOnCancel);
  }

  /** Kills the server's process, also one that has not started yet; resolves when it has ended. */
  async kill(): Promise<void> {
    this.killed = true;
    await endOf(this.serverProcess, 0);
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = await super.createMessageTransports(encoding);
    if (this.killed) void this.kill();
    return transports;
  }
}

/** On reload VS Code closes output channels before the server exits; the library still logs to them. */
function whileLogIsOpen(log: () => void): void {
  try {
    log();
  } catch (error) {
    if (!(error instanceof Error && error.message === "Channel has been closed")) throw error;
  }
}

/** Resolves when a process has ended; kills it after `graceMs`. */
async function endOf(server: ChildProcess | undefined, graceMs: number): Promise<void> {
  if (server?.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const late = setTimeout(() => server.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(late);
}

/** Resolves when a starting client is running or has failed. */
export function startEnded(client: LanguageClient): Promise<void> {
  return new Promise((resolve) => {
    const listening = client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running && newState !== State.StartFailed) return;
      listening.dispose();
      resolve();
    });
  });
}
