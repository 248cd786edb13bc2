// A file that only grows, line by line. Each line is one write: a killed process leaves at most a torn last line, which
// the next one cuts, and a full disk leaves whole lines.
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { asFilesError, makeFolder, PRIVATE_MODE } from "../../files/index.ts";

/** Written lines are flushed to the disk this often: what a power failure may cost. */
const SYNC_MS = 5_000;

export class AppendFile {
  private syncedAt = Date.now();
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private bytes: number,
  ) {}

  /**
   * Opens or creates the file and cuts it to its first `keepBytes` bytes. A new file is readable only by its owner.
   * @throws FilesError
   */
  static async open(path: string, keepBytes: number): Promise<AppendFile> {
    try {
      await makeFolder(dirname(path));
      const file = await open(path, keepBytes === 0 ? "w" : "r+", PRIVATE_MODE);
      if (keepBytes > 0) await file.truncate(keepBytes);
      return new AppendFile(path, file, keepBytes);
    } catch (error) {
      throw asFilesError(error, path);
    }
  }

  /** Appends whole lines, or nothing. Lines of several callers are written in turn. @throws FilesError */
  append(lines: string): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.write(lines));
    return this.last;
  }

  private async write(lines: string): Promise<void> {
    const data = Buffer.from(lines);
    try {
      for (let done = 0; done < data.length;) {
        const { bytesWritten } = await this.file.write(data, done, data.length - done, this.bytes + done);
        done += bytesWritten;
      }
      this.bytes += data.length;
      if (Date.now() - this.syncedAt < SYNC_MS) return;
      await this.file.datasync();
      this.syncedAt = Date.now();
    } catch (error) {
      await this.file.truncate(this.bytes).catch(() => undefined); // The next run cuts it otherwise.
      throw asFilesError(error, this.path);
    }
  }

  /** Flushes and closes. @throws FilesError */
  async close(): Promise<void> {
    await this.last.catch(() => undefined);
    try {
      await this.file.datasync();
    } catch (error) {
      throw asFilesError(error, this.path);
    } finally {
      await this.file.close();
    }
  }
}
