/**
 * The sources as the checks see them: texts by path, and the imports in them.
 *
 * @module
 */
import { dirname, fromFileUrl, join } from "@std/path";

/** Root of the repository. */
export const ROOT = join(dirname(fromFileUrl(import.meta.url)), "..", "..");

/** Folders of `lib/`; a file imports from its own folder and from the `mod.ts` of folders before it. */
export const FOLDERS =
  "base config kernel array linalg io chunked mpi decomposition distributor rng fft paint spline quadrature ode sphere cosmology power morphology fields pm radial halo simulation radiation lightcone lensing inference forward galaxy stellar ifu tod"
    .split(" ");

/** Outer folders of `lib/`, with all that each may import. */
export const OUTER: Readonly<Record<string, readonly string[]>> = {
  runner: ["base", "array", "io", "mpi"],
  plot: ["base", "array", "io", "mpi"],
  cli: ["base", "config", "array", "io", "mpi", "runner"],
};

/** Texts by path relative to the root. */
export type Sources = ReadonlyMap<string, string>;

/** All TypeScript files of the repository, in order of their paths. */
export function readSources(): Sources {
  const paths = ["mod.ts"];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
      if (isDirectory) walk(`${folder}/${name}`);
      else if (name.endsWith(".ts")) paths.push(`${folder}/${name}`);
    }
  };
  for (const { name, isDirectory } of Deno.readDirSync(ROOT)) {
    if (isDirectory && ["lib", "tasks", "test", "examples", "bench"].includes(name)) walk(name);
  }
  return new Map(paths.sort().map((path) => [path, Deno.readTextFileSync(join(ROOT, path))]));
}

/** An import, a re-export, or a dynamic import of a literal. */
export interface Import {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** What stands between the braces, as written; empty where there are none. */
  readonly names: readonly string[];
}

const COMMENT = /^\s*(?:\*|\/\/|\/\*).*$/gm;
const IMPORT =
  /^\s*(?:import|export)\s+(?:type\s+)?(?:(?:\w+|\*(?:\s+as\s+\w+)?)\s*,?\s*)?(?:\{([^}]*)\}\s*)?from\s*["']([^"'\n]+)["']|(?<!["'`])\bimport\s*\(?\s*["']([^"'\n]+)["']/gm;

/** Imports of a module, in their order. */
export function importsOf(text: string): Import[] {
  // Generated files hold megabytes and import nothing.
  if (text.length > 2e5) return [];
  return [...text.replace(COMMENT, "").matchAll(IMPORT)].map(([, names, from, dynamic]) => ({
    specifier: from ?? dynamic,
    names: (names ?? "").split(",").map((name) => name.trim().replace(/^type\s+/, "")).filter(Boolean),
  }));
}
