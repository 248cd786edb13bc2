// A server that speaks the part of npm's registry protocol that a fetch needs: the description of one version, and its
// archive. Each way of failing is an option.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { Cleanup } from "./hubServer.ts";

export interface RegistryFaults {
  /** What it says instead of the description. */
  readonly description?: string;
  readonly status?: number;
  /** The hash in the description, instead of the archive's. */
  readonly integrity?: string;
  readonly describedVersion?: string;
  readonly tarballUrl?: string;
  /** The archive breaks off after this many bytes, which its length doesn't admit. */
  readonly cutAfterBytes?: number;
  /** The archive stays open after this many bytes. */
  readonly stallAfterBytes?: number;
}

export interface LocalRegistry {
  readonly url: string;
  readonly integrity: string;
  /** The paths that were asked for. */
  readonly seen: readonly string[];
}

export const integrityOf = (archive: Uint8Array): string =>
  `sha512-${createHash("sha512").update(archive).digest("base64")}`;

/** Starts it; it ends with the test. */
export async function startRegistry(
  context: Cleanup,
  { name, version }: { readonly name: string; readonly version: string },
  archive: Buffer,
  faults: RegistryFaults = {},
): Promise<LocalRegistry> {
  const seen: string[] = [];
  const integrity = faults.integrity ?? integrityOf(archive);
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    seen.push(path);
    if (faults.status !== undefined) {
      response.writeHead(faults.status).end();
    } else if (path === `/${name.replace("/", "%2f")}/${version}`) {
      const tarball = faults.tarballUrl ?? `${url}/archive.tgz`;
      const described = { name, version: faults.describedVersion ?? version, dist: { tarball, integrity } };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(faults.description ?? JSON.stringify(described));
    } else if (path === "/archive.tgz") {
      const some = faults.cutAfterBytes ?? faults.stallAfterBytes;
      response.writeHead(200, { "content-length": archive.length });
      if (some === undefined) response.end(archive);
      else
        response.write(archive.subarray(0, some), () => {
          if (faults.cutAfterBytes !== undefined) response.destroy();
        });
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, integrity, seen };
}

/** One entry of an archive. `claimedBytes`: the size in its header, if it is not that of the content. */
export interface TarEntry {
  readonly path: string;
  readonly content?: Buffer;
  readonly kind?: "file" | "link" | "symlink" | "folder";
  readonly target?: string;
  readonly claimedBytes?: number;
}

const KINDS = { file: "0", link: "1", symlink: "2", folder: "5" } as const;

/** A gzipped archive in the ustar format, written here so that it may also be hostile. */
export function tgz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(
    ({ path, content = Buffer.alloc(0), kind = "file", target = "", claimedBytes }) => {
      const header = Buffer.alloc(512);
      header.write(path, 0, 100, "utf8");
      header.write("0000644\0", 100);
      header.write("0000000\0", 108);
      header.write("0000000\0", 116);
      header.write(`${(claimedBytes ?? content.length).toString(8).padStart(11, "0")}\0`, 124);
      header.write("00000000000\0", 136);
      header.write("        ", 148);
      header.write(KINDS[kind], 156);
      header.write(target, 157, 100, "utf8");
      header.write("ustar\0" + "00", 257);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
      const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
      return [header, content, padding];
    },
  );
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
