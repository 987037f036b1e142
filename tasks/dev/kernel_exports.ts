/**
 * Types of the binary's exports, read from the Rust sources in `kernels/abi/src`.
 *
 * @module
 */
import { join } from "@std/path";

const FUNCTION =
  /((?:^[ \t]*\/\/\/.*\n)*)(?:^[ \t]*#\[.*\]\n)*^[ \t]*#\[no_mangle\]\n(?:^[ \t]*#\[.*\]\n)*^[ \t]*pub (?:unsafe )?extern "C" fn (\w+)\(([^)]*)\)(?: -> ([^{]+))? \{/gm;

function numeric(type: string): string {
  if (/^(\*(const|mut) |usize$|u32$|i32$|f64$|f32$)/.test(type)) return "number";
  throw new SyntaxError(`Cannot export a value of type ${type}: use usize, u32, i32, f32, f64 or an address`);
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

/** Text of `lib/kernel/exports.ts`. */
export function writeExports(kernels: string): string {
  const source = join(kernels, "abi", "src");
  const lines: string[] = [];
  for (const name of [...Deno.readDirSync(source)].map((entry) => entry.name).sort()) {
    for (const [, docs, fn, args, result] of Deno.readTextFileSync(join(source, name)).matchAll(FUNCTION)) {
      const doc = docs.trim().split("\n").map((line) => line.trim().slice(4)).join("\n").split("\n\n")[0].split(
        "\n# ",
      )[0].trim();
      lines.push(`  /** ${doc.replaceAll("\n", "\n   * ")} */`);
      const parameters = args.split(",").map((a) => a.trim()).filter(Boolean).map((a) => {
        const colon = a.indexOf(":");
        return `${camel(a.slice(0, colon).trim())}: ${numeric(a.slice(colon + 1).trim())}`;
      });
      lines.push(`  ${fn}(${parameters.join(", ")}): ${result ? numeric(result.trim()) : "void"};`);
    }
  }
  return `// Written by \`deno task kernels\` from kernels/abi/src; not to be edited.
/** The exported functions of the binary. Addresses are byte offsets in the shared memory. */
export interface Exports {
${lines.join("\n")}
}
`;
}
