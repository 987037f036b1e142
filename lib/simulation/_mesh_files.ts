import { checkPositive, FormatError } from "../base/mod.ts";
import { type Chosen, filesOf } from "./_choose.ts";
import { type CubeFormat, lookAtCube } from "./_cube_file.ts";
import { readMesh, toOverdensity } from "./_density.ts";
import { type MeshPlan, planMesh } from "./_mesh.ts";
import { checkUnits, placeHalos, type RawHalos } from "./_place.ts";
import { LoaderSource } from "./_source.ts";
import type { HaloUnits, LoadOptions, MeshOptions } from "./load_options.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Snapshots with one file of halos and one of the density each. */
export interface MeshFiles extends Omit<Required<MeshOptions>, "degrade">, HaloUnits, CubeFormat {
  path: string;
  boxSize: number;
  quantity: "density" | "overdensity";
  /** Order of raw cubes, if no order is given. */
  rawOrder?: "C" | "F";
  chosen: readonly Chosen[];
  options: LoadOptions & MeshOptions;
  /** [1] Halos of a file, or the most that there may be. */
  count(path: string): Promise<number>;
  /** Reads halos in the units of the file. */
  readHalos(path: string, z: number): Promise<RawHalos & { alphas?: Float32Array | Float64Array }>;
}

/** Looks at all files, so that a broken one is found before anything is computed, and makes the source. */
export async function meshFilesSource(parts: MeshFiles): Promise<SnapshotSource> {
  const { path, chosen, options, quantity, registration } = parts;
  const boxSize = checkPositive(parts.boxSize, "boxSize");
  checkUnits({ ...parts, boxSize, shift: 0 });
  const cubes = await Promise.all(chosen.map(({ density }) => lookAtCube(density, parts, parts.rawOrder)));
  const other = cubes.find(({ cells }) => cells !== cubes[0].cells);
  if (other) {
    throw new FormatError(
      `Cannot read "${other.path}": its mesh has ${other.cells}^3 cells, but that of "${cubes[0].path}" has ` +
        `${cubes[0].cells}^3; all snapshots need the same mesh: check that both files are whole`,
      other.path,
      other.place,
    );
  }
  const plan: MeshPlan = planMesh(cubes[0].path, cubes[0].cells, { ...options, boxSize }, registration);
  const counts = await Promise.all(chosen.map(({ halos }) => halos === undefined ? 0 : parts.count(halos)));
  const snapshots = chosen.map((entry, i) => ({
    ...entry,
    halos: counts[i],
    files: filesOf(entry),
    haloPath: entry.halos,
    cube: cubes[i],
  }));
  return new LoaderSource({
    path,
    boxSize,
    cells: plan.cells,
    snapshots,
    ...(options.alphas ? { alphas: options.alphas } : {}),
    halos: async ({ haloPath, z }) => {
      if (haloPath === undefined) return { path, positions: new Float64Array(), masses: new Float64Array() };
      const raw = await parts.readHalos(haloPath, z);
      placeHalos(raw, { ...parts, path: haloPath, shift: plan.shift });
      return { path: haloPath, ...raw };
    },
    meshes: async ({ cube }) => {
      const array = await readMesh(cube, plan.degrade);
      return { density: toOverdensity(array, cube, { quantity, boxSize }) };
    },
  });
}
