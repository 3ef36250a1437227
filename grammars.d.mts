/** Copies the parser's WebAssembly files into `outDir`, which is made where there is none. */
export function copyGrammars(outDir: string): void;
