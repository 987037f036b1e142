import {
  contiguous,
  divide,
  empty,
  Field,
  maximum,
  multiply,
  type NdArray,
  slice,
  stats,
  zeros,
} from "../array/mod.ts";
import { FormatError } from "../base/mod.ts";
import { type Hdf5File, openHdf5 } from "../io/mod.ts";
import { paintInto, type Scheme } from "../paint/mod.ts";
import type { CubeArray } from "./_cube_file.ts";
import { toOverdensity } from "./_density.ts";
import type { LoadedMeshes } from "./_source.ts";

/** [1] Particles read at once. */
const BLOCK = 1 << 21;
/** Particles may leave the box by this part of its side before they are wrapped. */
const MARGIN = 0.01;
/** Below any mass of a particle, so that a cell without any has velocity 0/TINY = 0. */
const TINY = 1e-30;

/** How particles are painted. */
export interface ParticleOptions {
  boxSize: number;
  cells: number;
  scheme: Scheme;
  z: number;
  velocityAxis: 0 | 1 | 2 | undefined;
}

/** A block of rows of a dataset `[particle, 3]` or `[particle]`, in the kernels' memory. */
function rows(file: Hdf5File, dataset: string, from: number, count: number): CubeArray {
  const { shape, dtype } = file.info(dataset);
  if (dtype !== "float32" && dtype !== "float64") {
    throw new FormatError(
      `Cannot read "${file.path}": dataset "${dataset}" must hold float32 or float64, got ${dtype}`,
      file.path,
      dataset,
    );
  }
  const rest = shape.slice(1);
  const array = empty([count, ...rest], dtype);
  try {
    file.readBox(dataset, [from, ...rest.map(() => 0)], [count, ...rest], array.data);
  } catch (error) {
    array.dispose();
    throw error;
  }
  return array as CubeArray;
}

/** Checks that particles lie in the box [code unit]. */
function checkInside(positions: CubeArray, box: number, path: string): void {
  const { min, max, nonFinite } = stats(positions);
  if (nonFinite === 0 && min >= -MARGIN * box && max <= (1 + MARGIN) * box) return;
  const dataset = "PartType1/Coordinates";
  const got = nonFinite > 0 ? `${nonFinite} of them are NaN or infinite` : `they run from ${min} to ${max}`;
  throw new FormatError(
    `Cannot read "${path}": dataset "${dataset}" must lie in the box of ${box} of its header (BoxSize), but ${got}; ` +
      `they may be in another unit than the header, or the file is broken`,
    path,
    dataset,
  );
}

/**
 * Paints the dark matter (PartType1) of files of one snapshot: overdensity, and the mean peculiar velocity along an axis.
 */
export async function paintParticles(paths: readonly string[], options: ParticleOptions): Promise<LoadedMeshes> {
  const { boxSize, cells, z, velocityAxis } = options;
  const shape = [cells, cells, cells];
  const mass = zeros(shape, "float32");
  const flow = velocityAxis === undefined ? undefined : zeros(shape, "float32");
  try {
    const counted = { particles: 0, total: 0 };
    for (const path of paths) {
      using file = await openHdf5(path);
      const [low, high] = ["NumPart_Total", "NumPart_Total_HighWord"].map((name) => {
        const value = file.attribute("Header", name);
        return Array.isArray(value) ? Number(value[1]) : 0;
      });
      counted.total = low + high * 2 ** 32;
      counted.particles += addFile(file, options, mass, flow);
    }
    checkTotal(paths[0], counted);
    const velocity = flow && meanVelocity(flow, mass, z);
    const density = toOverdensity(mass, { path: paths[0], place: "PartType1" }, { quantity: "density", boxSize });
    return { density, ...(velocity ? { velocity: new Field({ ...velocity, boxSize }) } : {}) };
  } catch (error) {
    mass.dispose();
    flow?.dispose();
    throw error;
  }
}

function checkTotal(path: string, { particles, total }: { particles: number; total: number }): void {
  if (total === 0 || particles === total) return;
  throw new FormatError(
    `Cannot read "${path}": its header says that the snapshot has ${total} particles of dark matter (NumPart_Total), but ` +
      `the files have ${particles}; copy them again`,
    path,
    "Header@NumPart_Total",
  );
}

/** Adds the particles of a file to the meshes; gives their number. */
function addFile(
  file: Hdf5File,
  { scheme, velocityAxis }: ParticleOptions,
  mass: NdArray<"float32">,
  flow: NdArray<"float32"> | undefined,
): number {
  // A file may have none of the snapshot's particles.
  if (!file.hasDataset("PartType1/Coordinates")) return 0;
  const box = file.numberAttribute("Header", "BoxSize");
  const count = file.info("PartType1/Coordinates").shape[0] ?? 0;
  const hasMasses = file.hasDataset("PartType1/Masses");
  for (let from = 0; from < count; from += BLOCK) {
    const n = Math.min(BLOCK, count - from);
    using positions = rows(file, "PartType1/Coordinates", from, n);
    checkInside(positions, box, file.path);
    using masses = hasMasses ? rows(file, "PartType1/Masses", from, n) : undefined;
    paintInto(mass, positions, { scheme, boxSize: box, ...(masses ? { weights: masses.data } : {}) });
    if (!flow) continue;
    using velocities = rows(file, "PartType1/Velocities", from, n);
    using along = contiguous(slice(velocities as NdArray<"float64">, [], velocityAxis!));
    if (masses) multiply(along, masses as NdArray<"float64">, { out: along });
    paintInto(flow, positions, { scheme, boxSize: box, weights: along.data });
  }
  return count;
}

/** Turns the sums of mass times velocity into the mean peculiar velocity; Gadget and AREPO store v/sqrt(a). */
function meanVelocity(flow: NdArray<"float32">, mass: NdArray<"float32">, z: number) {
  using some = maximum(mass, TINY);
  divide(flow, some, { out: flow });
  multiply(flow, Math.sqrt(1 / (1 + z)), { out: flow });
  return { array: flow, quantity: "other", unit: "km/s" } as const;
}
