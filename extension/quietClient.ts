// The library's language client, made fit to fail: it tells the user nothing by itself, and a start that fails leaves
// neither a rejection behind that nobody handles nor a process. It must not know our messages.
import type { ChildProcess } from "node:child_process";
import { LanguageClient, State, type MessageTransports } from "vscode-languageclient/node";

/** A server that was told to exit and is still there after this is killed. */
const FAREWELL_MS = 1000;

export class QuietLanguageClient extends LanguageClient {
  private killed = false;

  /**
   * Resolves or rejects when the process has ended: what the library logs of its end would find the log closed.
   *
   * The library calls this without waiting when the server refuses to initialize, and would reject: "Client is not
   * running and can't be stopped". There is no connection to say farewell on then, only a process to end.
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

  /** Whoever started the client tells the user; the library would tell them once more, in its own words. */
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

  /** Ends the server's process at once, also one that is yet to be started; resolves when it has ended. */
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

/** A window that is loaded anew closes all logs before the server's process has ended, of which the library then tells. */
function whileLogIsOpen(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!(error instanceof Error && error.message === "Channel has been closed")) throw error;
  }
}

/** Resolves when a process has ended, which is killed when that takes longer than `graceMs`. */
async function endOf(server: ChildProcess | undefined, graceMs: number): Promise<void> {
  if (server?.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const late = setTimeout(() => server.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(late);
}

/** Resolves when a client that is being started is running, or can't be. */
export function startEnded(client: LanguageClient): Promise<void> {
  return new Promise((resolve) => {
    const listening = client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running && newState !== State.StartFailed) return;
      listening.dispose();
      resolve();
    });
  });
}
