import { relative } from "node:path/posix";
import { sha256 } from "../base/mod.ts";

// Examples in comments import what the code does not.
const COMMENT = /^\s*(?:\*|\/\/|\/\*).*$/gm;
// Imports of types leave nothing in the running program.
const TYPES = /\b(?:import|export)\s+type\s+(?:\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+)\s*from\s*["'][^"'\n]+["']/g;
// Static imports, re-exports, and dynamic imports of a literal. Words of a text that look like one name a file that does
// not exist, which is passed over, or one that does, which makes the code wider than needed, never narrower.
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n$]+)["']/g;

/** Folder that the names of files are relative to: the root of the toolkit. */
const ROOT = new URL("../../", import.meta.url).href;

/** Name and digest of each source file that a result depends on. */
export type Code = Readonly<Record<string, string>>;

/** What a specifier stands for: the URL of a file to read, or a name with its version. */
function targetOf(specifier: string, from: string): string {
  if (specifier.startsWith(".") || specifier.startsWith("file:")) return new URL(specifier, from).href;
  if (/^[a-z]+:/.test(specifier)) return specifier;
  try {
    // The program's import map tells. A package resolves to a file in a cache, whose place is of no interest.
    return import.meta.resolve(specifier).replace(/^file:.*?\/(?:npm\/[^/]+|node_modules)\//, "npm:");
  } catch {
    return specifier;
  }
}

/**
 * The source files that a module consists of: itself, what it imports by relative paths, and so on.
 *
 * Packages and modules from the network are covered by the versions in their specifiers, and the kernels by the
 * generated file that holds them. Reads about a hundred small files, in some milliseconds. A module that was imported from the network has no
 * files to read; its URL and `release` stand for it.
 *
 * @param module `import.meta.url` of the module.
 * @param release Text that identifies the code of a module from the network.
 */
export function codeOf(module: string, release: string): Code {
  if (!module.startsWith("file:")) return { [module]: release };
  // Names are relative to the toolkit, or for a module elsewhere to its folder, so that a copy of it has the same key.
  const root = module.startsWith(ROOT) ? ROOT : new URL(".", module).href;
  const code: Record<string, string> = {};
  const seen = new Set<string>();
  const waiting = [module];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (seen.has(url)) continue;
    seen.add(url);
    let text: string;
    try {
      text = Deno.readTextFileSync(new URL(url));
    } catch (error) {
      if (url !== module && error instanceof Deno.errors.NotFound) continue;
      throw error;
    }
    const from = url.startsWith(ROOT) ? ROOT : root;
    code[relative(new URL(from).pathname, new URL(url).pathname)] = sha256(text);
    // Generated files hold megabytes and import nothing.
    if (text.length > 1e5) continue;
    for (const [, specifier] of text.replace(COMMENT, "").replace(TYPES, "").matchAll(IMPORT)) {
      const target = targetOf(specifier, url);
      if (target.startsWith("file:")) waiting.push(target);
      else code[target] = "";
    }
  }
  return Object.fromEntries(Object.entries(code).sort(([a], [b]) => a < b ? -1 : 1));
}
