/**
 * Digest of the kernel sources, as recorded in `lib/kernel/wasm.ts`.
 *
 * @module
 */
import { join } from "@std/path";

/** Files that decide what the binary is: Rust sources, manifests, lock file and target flags; not tests. */
export function sourceFiles(kernels: string): string[] {
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const entry of Deno.readDirSync(join(kernels, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory && !["target", "pkg", "tests", "benches"].includes(entry.name)) walk(path);
      if (entry.isFile && /\.(rs|toml|lock)$/.test(entry.name)) files.push(path);
    }
  };
  walk("");
  return files.sort();
}

/** SHA-256 over names and contents of the source files, in order of their names. */
export async function digestSources(kernels: string): Promise<string> {
  const parts: string[] = [];
  for (const path of sourceFiles(kernels)) {
    const text = Deno.readTextFileSync(join(kernels, path)).replaceAll("\r\n", "\n");
    parts.push(`${path}\n${text.length}\n${text}`);
  }
  const bytes = new TextEncoder().encode(parts.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
