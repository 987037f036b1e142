import { astype, Field, mean, type NdArray, stats, transpose } from "../array/mod.ts";
import { FormatError } from "../base/mod.ts";
import { checkFiniteArray } from "../io/mod.ts";
import { overdensity } from "../paint/mod.ts";
import type { Cube, CubeArray } from "./_cube_file.ts";

/** What a mesh is to become. */
export interface Preparation {
  /** Whether the numbers are a density (of any unit, or counts) or rho/mean - 1. */
  quantity: "density" | "overdensity";
  /** [1] Cells of the file in one cell, along each axis. */
  degrade: number;
  /** [Mpc/h] Side of the box. */
  boxSize: number;
}

/** Densities summed in float32 may fall below zero by rounding. */
export const LEAST_OVERDENSITY = -1 - 1e-6;
/** The mean of an overdensity is 0; codes that sum in float32, or that evolve it linearly, may leave a little. */
const LARGEST_MEAN = 0.1;

/** Applies a function that makes a new array, and gives the old one back. */
function step(array: CubeArray, make: (array: CubeArray) => CubeArray): CubeArray {
  try {
    return make(array);
  } finally {
    array.dispose();
  }
}

/** Means over cubes of `factor` cells along each axis; the array is given back. */
export function degraded(array: CubeArray, factor: number): CubeArray {
  if (factor === 1) return array;
  const n = array.shape[0] / factor;
  return step(array, (a) => mean(a.reshape([n, factor, n, factor, n, factor]), { axis: [1, 3, 5] }) as CubeArray);
}

/** The numbers in float32, in which painting works. */
export function single(array: CubeArray): NdArray<"float32"> {
  if (array.dtype === "float32") return array as NdArray<"float32">;
  return step(array, (a) => astype(a, "float32")) as NdArray<"float32">;
}

/** Reads a mesh, takes means of cells, and orders the axes: [x, y, z], in C order. */
export async function readMesh(cube: Cube, degrade: number): Promise<CubeArray> {
  const turned = (array: CubeArray) => cube.fortran ? step(array, transpose as (a: CubeArray) => CubeArray) : array;
  let array = await cube.read();
  if (stats(array).nonFinite > 0) {
    array = turned(array);
    try {
      checkFiniteArray(array, cube.path, cube.place);
    } finally {
      array.dispose();
    }
  }
  return turned(degraded(array, degrade));
}

/** The overdensity in float32 of a mesh, which is given back. */
export function toOverdensity(
  array: CubeArray,
  { path, place }: Pick<Cube, "path" | "place">,
  { quantity, boxSize }: Omit<Preparation, "degrade">,
): Field {
  const fail = (rule: string, got: string): FormatError => {
    array.dispose();
    return new FormatError(`Cannot read "${path}": the mesh "${place}" ${rule}, but ${got}`, path, place);
  };
  const found = stats(array);
  if (quantity === "density") {
    if (!(found.min >= 0)) {
      const way = `; if it is an overdensity, set quantity to "overdensity"`;
      throw fail("must be a density of at least 0", `its smallest value is ${found.min}${way}`);
    }
    if (!(found.mean > 0)) throw fail("must be a density with a mean above 0", "it is 0 everywhere");
    array = step(array, (a) => overdensity(new Field({ array: a, boxSize, quantity, unit: "1" })).array);
  } else {
    if (found.min < LEAST_OVERDENSITY) {
      const way = "; divide the density by its mean and subtract 1";
      throw fail("must be an overdensity rho/mean - 1 of at least -1", `its smallest value is ${found.min}${way}`);
    }
    if (Math.abs(found.mean) > LARGEST_MEAN) {
      const way = `; if it is a density, set quantity to "density"`;
      throw fail("must be an overdensity rho/mean - 1, whose mean is 0", `its mean is ${found.mean}${way}`);
    }
  }
  return new Field({ array: single(array), boxSize, quantity: "overdensity", unit: "1" });
}
