// What is used of WebAssembly. @types/node leaves these globals to the library of browsers' types.
declare namespace WebAssembly {
  /** Compiled code. */
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (bytes: Uint8Array) => Module;

  /** @throws RangeError if there is no room for it */
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  /** Sizes are in pages of 64 KiB. */
  const Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;

  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
  ) => Instance;

  function validate(bytes: Uint8Array): boolean;
}
