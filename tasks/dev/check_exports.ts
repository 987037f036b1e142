/**
 * Checks that deno.json, mod.ts and the folders of `lib/` agree.
 *
 *     deno run --allow-read tasks/dev/check_exports.ts
 *
 * @module
 */
import { join } from "@std/path";
import { FOLDERS, importsOf, OUTER, readSources, ROOT, type Sources } from "./source_text.ts";

/** The parts of deno.json that are compared. */
export interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** What does not agree, one line each. */
export function exportProblems(sources: Sources, { version, exports }: Manifest): string[] {
  const problems: string[] = [];
  const present = [...new Set([...sources.keys()].flatMap((path) => /^lib\/(\w+)\//.exec(path)?.[1] ?? []))];
  const wanted = new Map([[".", "./mod.ts"], ...present.map((name) => [`./${name}`, `./lib/${name}/mod.ts`] as const)]);
  for (const [name, path] of wanted) {
    if (exports[name] !== path) problems.push(`deno.json: exports must have "${name}": "${path}"`);
    if (!sources.has(path.slice(2))) problems.push(`${path.slice(2)} is missing`);
  }
  for (const name of Object.keys(exports)) {
    if (!wanted.has(name)) problems.push(`deno.json: exports has "${name}", for which there is no folder`);
  }
  const front = sources.get("mod.ts") ?? "";
  const namespaces = [...front.matchAll(/^export \* as (\w+) from "\.\/lib\/(\w+)\/mod\.ts";$/gm)];
  const names = namespaces.map(([, name]) => name);
  for (const [line, name, folder] of namespaces) if (name !== folder) problems.push(`mod.ts: ${line}`);
  const order = [...FOLDERS, ...Object.keys(OUTER)].filter((name) => present.includes(name));
  if (names.join() !== order.join()) problems.push(`mod.ts: namespaces must be ${order.join(", ")}, in this order`);
  for (const { specifier } of importsOf(front)) {
    if (!/^\.\/lib\/\w+\/mod\.ts$/.test(specifier)) problems.push(`mod.ts: "${specifier}" is not the door of a folder`);
  }
  if (!sources.get("lib/base/version.ts")?.includes(`"${version}"`)) {
    problems.push(`lib/base/version.ts: VERSION must be "${version}", as in deno.json`);
  }
  return problems;
}

/** The manifest of this repository. */
export function readManifest(): Manifest {
  return JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
}

if (import.meta.main) {
  const problems = exportProblems(readSources(), readManifest());
  problems.forEach((problem) => console.error(problem));
  Deno.exit(problems.length > 0 ? 1 : 0);
}
