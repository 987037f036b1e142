/**
 * Checks that imports keep to the order of folders (docs/architecture.md).
 *
 *     deno run --allow-read tasks/dev/check_imports.ts
 *
 * @module
 */
import { dirname, join } from "node:path/posix";
import { FOLDERS, importsOf, OUTER, readSources, type Sources } from "./source_text.ts";

// Exact versions: users who import by URL have no lock file of ours.
const PACKAGE = /^npm:((?:@[\w.-]+\/)?[\w.-]+)@(\d+\.\d+\.\d+[\w.-]*)(\/.*)?$/;

/** Folder of `lib/` that a path lies in. */
const libFolder = (path: string): string | undefined => /^lib\/(\w+)\//.exec(path)?.[1];

function mayImport(from: string, to: string): boolean {
  if (from in OUTER) return OUTER[from].includes(to);
  return FOLDERS.includes(to) && FOLDERS.indexOf(to) < FOLDERS.indexOf(from);
}

function checkRelative(path: string, target: string): string | undefined {
  const [from, to] = [libFolder(path), libFolder(target)];
  if (from !== undefined && target === "mod.ts") return "nothing in lib/ may import the front door";
  if (target.startsWith("tasks/") && !path.startsWith("tasks/") && !path.startsWith("test/")) {
    return "nothing imports tasks/";
  }
  if (to === undefined || from === to) return;
  // Tests and benchmarks may look inside, and the command line and the build read the digests beside the binary.
  if (/^(test|bench)\//.test(path) || target === "lib/kernel/wasm.ts") return;
  if (target !== `lib/${to}/mod.ts`) return `outside of lib/${to} only its mod.ts may be imported`;
  if (from !== undefined && !mayImport(from, to)) return `lib/${from} stands before lib/${to} in the order of folders`;
}

/** What is wrong with the imports, one line each. */
export function importProblems(sources: Sources): string[] {
  const problems: string[] = [];
  const versions = new Map<string, string>();
  for (const [path, text] of sources) {
    const folder = libFolder(path);
    for (const { specifier, names } of importsOf(text)) {
      const fault = (why: string) => problems.push(`${path} imports "${specifier}": ${why}`);
      const [, name, version] = PACKAGE.exec(specifier) ?? [];
      if (specifier.startsWith(".")) {
        const target = join(dirname(path), specifier);
        const why = checkRelative(path, target);
        if (why) fault(why);
        const isKernelFile = /\/_kernel(_\w+)?\.ts$/.test(path);
        if (folder !== undefined && target === "lib/kernel/mod.ts" && names.includes("call") && !isKernelFile) {
          fault(`kernels are called in lib/${folder}/_kernel.ts, or _kernel_<part>.ts, only`);
        }
      } else if (specifier.startsWith("npm:")) {
        if (version === undefined) fault("a package needs its exact version");
        else if ((versions.get(name) ?? version) !== version) fault(`elsewhere it is version ${versions.get(name)}`);
        else versions.set(name, version);
      } else if (folder !== undefined && !specifier.startsWith("node:")) {
        fault("names of the import map are unknown to users who import by URL");
      }
    }
  }
  for (const path of sources.keys()) {
    const folder = libFolder(path);
    if (folder !== undefined && !FOLDERS.includes(folder) && !(folder in OUTER)) {
      problems.push(`${path}: lib/${folder} is not in the list of folders`);
    }
  }
  return problems;
}

if (import.meta.main) {
  const problems = importProblems(readSources());
  problems.forEach((problem) => console.error(problem));
  Deno.exit(problems.length > 0 ? 1 : 0);
}
