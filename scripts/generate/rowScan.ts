// The scan of rows of logits, compiled to WebAssembly and kept as text in a TypeScript file: so it loads from the sources
// and from every bundle alike, and only who changes it needs the compiler.

/** Builds of the same source. */
const BUILDS = { simd: ["simd"], relaxedSimd: ["simd", "relaxed-simd"] } as const;
const SOURCE = "server/engine/rows/assembly/rowScan.ts";

/** What is used of the compiler. Its own types declare a console without errors for the whole project. */
interface Compiler {
  readonly main: (
    args: readonly string[],
    files: { readonly writeFile: (name: string, contents: Uint8Array | string) => void },
  ) => Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

/** Text of server/engine/rows/rowScanWasm.ts. @throws what the compiler has to say against the source */
export async function rowScanFile(repositoryFolder: string): Promise<string> {
  // Loaded where needed: the compiler takes a second to load.
  const { main } = (await import(["assemblyscript", "asc"].join("/"))) as Compiler;
  const builds: string[] = [];
  for (const [name, features] of Object.entries(BUILDS)) {
    let wasm: Uint8Array | string = "";
    const { error, stderr } = await main(
      [
        ...[SOURCE, "--baseDir", repositoryFolder, "--outFile", "rowScan.wasm"],
        ...features.flatMap((feature) => ["--enable", feature]),
        ...["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"],
      ],
      {
        writeFile: (_, contents) => {
          wasm = contents;
        },
      },
    );
    if (error !== null) throw new Error(`${SOURCE}: ${stderr.toString()}`, { cause: error });
    builds.push(`${name}: "${Buffer.from(wasm).toString("base64")}",`);
  }
  return `// Written by \`npm run generate\` out of assembly/.

/** WebAssembly modules in base64: the same scan for any V8, and for one that has relaxed SIMD. */
export const ROW_SCAN = { ${builds.join("\n")} };
`;
}
