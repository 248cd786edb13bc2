// vscode://laser-inspector.laser-inspector/trace?path=… as a file to open, or why not. Anyone can write such a link. Pure.
import path from "node:path";
import { formOfName } from "../../core/trace/index.ts";

/** The only one: all that follows is the path, with any & in it. */
const PARAMETER = "path=";

export type TraceLink =
  | { readonly kind: "trace"; readonly file: string }
  | { readonly kind: "refused"; readonly reason: "unknown" | "noPath" | "notLocal" | "notTrace" };

/**
 * @param link path of the link, such as /trace, and its query, decoded as VS Code gives it
 * @param platform decides what an absolute path is
 */
export function readTraceLink(
  link: { readonly path: string; readonly query: string },
  platform: NodeJS.Platform,
): TraceLink {
  if (link.path !== "/trace") return { kind: "refused", reason: "unknown" };
  // VS Code has decoded it: a parser of queries would decode it again, and take a + for a blank.
  const file = link.query.startsWith(PARAMETER) ? link.query.slice(PARAMETER.length) : "";
  if (file === "") return { kind: "refused", reason: "noPath" };
  const paths = platform === "win32" ? path.win32 : path.posix;
  // Reading \\server\share would send the user's name and password's hash to that server.
  const isShare = platform === "win32" && /^[\\/]{2}/.test(file);
  if (!paths.isAbsolute(file) || isShare || file.includes("\0"))
    return { kind: "refused", reason: "notLocal" };
  if (formOfName(file) === null) return { kind: "refused", reason: "notTrace" };
  return { kind: "trace", file: paths.normalize(file) };
}
