// The scan of rows of logits, compiled to WebAssembly and kept as text in a TypeScript file: so it loads from the sources
// and from every bundle, and only a change to it needs the compiler.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Builds of the same source. */
const BUILDS = { simd: ["simd"], relaxedSimd: ["simd", "relaxed-simd"] } as const;
const SOURCES = "server/engine/rows/assembly";
const SOURCE = `${SOURCES}/rowScan.ts`;
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];

/** The parts of the compiler that are used. Its own types declare a console without errors for the whole project. */
interface Compiler {
  readonly main: (
    args: readonly string[],
    files: { readonly writeFile: (name: string, contents: Uint8Array | string) => void },
  ) => Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

/**
 * Text of server/engine/rows/rowScanWasm.ts.
 * @param before the present text: returned unchanged if its stamp fits, which saves the ten seconds of compiling
 * @throws the compiler's errors
 */
export async function rowScanFile(repositoryFolder: string, before: string): Promise<string> {
  const built = [...before.matchAll(/"([A-Za-z0-9+/=]{100,})"/g)].map(([, base64]) => base64!);
  if (before.includes(stampOf(repositoryFolder, built))) return before;
  // Loaded where needed: the compiler takes a second to load.
  const { main } = (await import(["assemblyscript", "asc"].join("/"))) as Compiler;
  const builds: string[] = [];
  for (const features of Object.values(BUILDS)) {
    let wasm: Uint8Array | string = "";
    const { error, stderr } = await main(
      [
        ...[SOURCE, "--baseDir", repositoryFolder, "--outFile", "rowScan.wasm"],
        ...features.flatMap((feature) => ["--enable", feature]),
        ...OPTIONS,
      ],
      {
        writeFile: (_, contents) => {
          wasm = contents;
        },
      },
    );
    if (error !== null) throw new Error(`${SOURCE}: ${stderr.toString()}`, { cause: error });
    builds.push(Buffer.from(wasm).toString("base64"));
  }
  const members = Object.keys(BUILDS).map((name, i) => `${name}: "${builds[i]!}"`);
  return `// Written by \`npm run generate\` out of assembly/. Sources, compiler and builds: SHA-256
// ${stampOf(repositoryFolder, builds)}

/** WebAssembly modules in base64: the same scan for any V8, and for one that has relaxed SIMD. */
export const ROW_SCAN = { ${members.join(",\n")} };
`;
}

/** SHA-256 of all that decides the builds, and of the builds. */
function stampOf(repositoryFolder: string, builds: readonly string[]): string {
  const read = (file: string): string => readFileSync(path.join(repositoryFolder, file), "utf8");
  const { devDependencies } = JSON.parse(read("package.json")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const sources = readdirSync(path.join(repositoryFolder, SOURCES)).sort();
  const parts = [
    ...[JSON.stringify(BUILDS), ...OPTIONS, devDependencies.assemblyscript ?? ""],
    ...sources.flatMap((name) => [name, read(`${SOURCES}/${name}`)]),
    ...builds,
  ];
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}
