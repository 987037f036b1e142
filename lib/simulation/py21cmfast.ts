import { Field, multiply } from "../array/mod.ts";
import { FormatError, InputError, MPC_KM } from "../base/mod.ts";
import { type Hdf5File, openHdf5 } from "../io/mod.ts";
import { chooseSnapshots, type Chosen, type Entry, filesOf } from "./_choose.ts";
import { lookAtCube } from "./_cube_file.ts";
import { readMesh, single, toOverdensity } from "./_density.ts";
import { listFolder, pathIn, pathOf } from "./_folder.ts";
import { countHalos } from "./_halo_file.ts";
import { checkBox, checkCells, type MeshPlan, planMesh } from "./_mesh.ts";
import { LoaderSource } from "./_source.ts";
import type { LoadOptions, MeshOptions } from "./load_options.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Options of `openPy21cmFast`. */
export interface Py21cmFastOptions extends LoadOptions, Pick<MeshOptions, "degrade"> {
  /** [Mpc/h] Side of the box; files that say theirs must agree. */
  boxSize?: number;
  /** [1] Reduced Hubble constant; files that say theirs must agree. */
  h?: number;
}

/** [1] Redshifts of names have three digits. */
const SAME_REDSHIFT = 6e-4;

const DENSITY = "PerturbedField/density";
const HALOS = "PerturbHaloField";

/** Files by the redshift in their names, from high to low. */
async function scan(folder: string): Promise<Entry[]> {
  const names = await listFolder(folder);
  const redshifts = names.map((name) => name.match(/^(?:haloes|densities)_z(\d+(?:\.\d+)?)\.h5$/)?.[1]);
  const texts = [...new Set(redshifts.filter((z) => z !== undefined))].sort((a, b) => Number(b) - Number(a));
  return texts.map((z, number) => {
    const [halos, density] = [`haloes_z${z}.h5`, `densities_z${z}.h5`];
    const paths = { halos: pathIn(folder, halos), density: pathIn(folder, density) };
    return {
      name: `z${z}`,
      number,
      z: Number(z),
      ...(names.includes(halos) ? { halos: paths.halos } : {}),
      ...(names.includes(density) ? { density: paths.density } : {}),
      expected: paths,
    };
  });
}

/** A number that a file may say and the options may give; they must agree. */
function agree(path: string, key: string, inFile: unknown, given: number | undefined): number | undefined {
  if (typeof inFile !== "number") return given;
  if (given === undefined || Math.abs(inFile / given - 1) < 1e-5) return inFile;
  throw new InputError(
    `Cannot use "${path}": it was made with ${key} = ${inFile}, but ${given} was given; leave ${key} out, or give ` +
      `other files`,
    path,
    key,
  );
}

/** What a file says of its run: h, the side of the box [Mpc/h] and its cells. */
function describe(file: Hdf5File, entry: Entry, { h: given, boxSize }: Py21cmFastOptions) {
  const attributes = (group: string) => file.has(group) ? file.attributes(group) : {};
  const { redshift } = file.attributes("/");
  if (typeof redshift === "number" && Math.abs(redshift - entry.z) > SAME_REDSHIFT) {
    throw new FormatError(
      `Cannot read "${file.path}": attribute "redshift" must be that of its name, ${entry.z}, got ${redshift}`,
      file.path,
      "/@redshift",
    );
  }
  const { BOX_LEN, HII_DIM } = attributes("user_params");
  const h = agree(file.path, "h", attributes("cosmo_params").hlittle, given);
  const box = typeof BOX_LEN === "number" && h !== undefined ? BOX_LEN * h : undefined;
  if (box !== undefined) checkBox(file.path, "boxSize", box, boxSize);
  return { h, box: box ?? boxSize, cells: typeof HII_DIM === "number" ? HII_DIM : undefined };
}

function need(value: number | undefined, key: string, file: string): number {
  if (value !== undefined) return value;
  throw new InputError(`Cannot use "${file}": it does not say ${key}; give ${key}`, file, key);
}

/** [Mpc/h, M_sun/h] Halos: coordinates are whole numbers of cells, masses are in M_sun. */
async function readHalos(path: string, { shift }: MeshPlan, native: number, boxSize: number, h: number) {
  using file = await openHdf5(path);
  const masses = file.readNumbers(`${HALOS}/halo_masses`, { shape: ["halo"] });
  const positions = file.readNumbers(`${HALOS}/halo_coords`, { shape: [masses.length, 3] });
  const outside = positions.findIndex((c) => !(c >= 0 && c < native));
  if (outside >= 0) {
    const halo = Math.floor(outside / 3);
    throw new InputError(
      `Cannot use "${path}": halo_coords must count the ${native} cells of the densities from 0 to ${
        native - 1
      }, but ` +
        `halo ${halo} is at ${positions[outside]}; give halos and densities of one run of version 3`,
      path,
      `halo ${halo}`,
    );
  }
  positions.forEach((c, i) => {
    const x = c * boxSize / native + shift;
    positions[i] = x < 0 ? x + boxSize : x;
  });
  masses.forEach((mass, i) => masses[i] = mass * h);
  return { path, positions, masses };
}

/** [km/s] The mean peculiar velocity of cells: files have comoving Mpc/s. */
async function readVelocity(path: string, axis: 0 | 1 | 2, degrade: number, z: number, boxSize: number) {
  using file = await openHdf5(path);
  const names = [`PerturbedField/velocity_${"xyz"[axis]}`, ...(axis === 2 ? ["PerturbedField/velocity"] : [])];
  const dataset = names.find((name) => file.hasDataset(name));
  if (dataset === undefined) {
    throw new FormatError(
      `Cannot read "${path}": there is no dataset "${names[0]}"; take axis 2, or run 21cmFAST with KEEP_3D_VELOCITIES`,
      path,
      names[0],
    );
  }
  const array = await readMesh(await lookAtCube(path, { densityDataset: dataset }), degrade);
  multiply(array as never, MPC_KM / (1 + z), { out: array as never });
  return new Field({ array: single(array), boxSize, quantity: "other", unit: "km/s" });
}

/**
 * Opens what 21cmFAST, version 3, has written by BEoRN's names: `haloes_z<z>.h5` with PerturbHaloField/halo_masses [M_sun]
 * and halo_coords [cells of the density], and `densities_z<z>.h5` with PerturbedField/density, an overdensity, and perhaps
 * velocity or velocity_z (_x, _y) [comoving Mpc/s].
 *
 * Masses are multiplied by h to be in M_sun/h. Coordinates are whole numbers: halo and density of one cell have the same
 * number, and lie at its node here. Box (BOX_LEN h) and h are those that the files say.
 *
 * @param root Folder of the files.
 * @param options Box and h for files that do not say them, redshifts, mesh and accretion rates.
 * @throws {InputError} if files are missing, or box, h, mesh or redshifts do not suit.
 * @throws {FormatError} if a file is broken, or its mesh is no cube.
 * @example The files of the tests
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openPy21cmFast } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using run = await openPy21cmFast("test/simulation/reference/py21cmfast");
 * console.log(run.boxSize.toFixed(3), run.snapshots.map(({ z, halos }) => [z, halos])); // 20.000 [ [ 9, 12 ], [ 7.5, 25 ] ]
 * ```
 */
export async function openPy21cmFast(root: string | URL, options: Py21cmFastOptions = {}): Promise<SnapshotSource> {
  const folder = pathOf(root);
  const chosen = await chooseSnapshots(folder, await scan(folder), options);
  let run: { h: number; boxSize: number; native: number; plan: MeshPlan } | undefined;
  let hasVelocities = true;
  const snapshots = [];
  for (const entry of chosen) {
    const cube = await lookAtCube(entry.density, { densityDataset: DENSITY });
    using file = await openHdf5(entry.density);
    const told = describe(file, entry, run ?? options);
    run ??= plan(entry, cube.cells, told, options);
    checkCells(entry.density, "cells of the other snapshots", cube.cells, run.native);
    hasVelocities &&= ["velocity", "velocity_z"].some((name) => file.hasDataset(`PerturbedField/${name}`));
    const halos = entry.halos === undefined
      ? 0
      : await countHalos(entry.halos, { haloDatasets: { masses: `${HALOS}/halo_masses` } });
    snapshots.push({ ...entry, files: filesOf(entry), cube, haloPath: entry.halos, halos });
  }
  const { h, boxSize, native, plan: mesh } = run!;
  return new LoaderSource({
    path: folder,
    boxSize,
    cells: mesh.cells,
    snapshots,
    hasVelocities,
    ...(options.alphas ? { alphas: options.alphas } : {}),
    halos: async ({ haloPath }) =>
      haloPath === undefined
        ? { path: folder, positions: new Float64Array(), masses: new Float64Array() }
        : await readHalos(haloPath, mesh, native, boxSize, h),
    meshes: async ({ cube, z }, axis) => {
      const array = await readMesh(cube, mesh.degrade);
      const density = toOverdensity(array, cube, { quantity: "overdensity", boxSize });
      if (axis === undefined) return { density };
      try {
        return { density, velocity: await readVelocity(cube.path, axis, mesh.degrade, z, boxSize) };
      } catch (error) {
        density.array.dispose();
        throw error;
      }
    },
  });
}

/** The run, as its first file and the options tell it. */
function plan(
  { density }: Chosen,
  native: number,
  { h, box, cells }: ReturnType<typeof describe>,
  options: Py21cmFastOptions,
) {
  if (cells !== undefined && cells !== native) {
    throw new FormatError(
      `Cannot read "${density}": its mesh has ${native}^3 cells, but HII_DIM says ${cells}; write it again`,
      density,
      DENSITY,
    );
  }
  const boxSize = need(box, "boxSize", density);
  return {
    h: need(h, "h", density),
    boxSize,
    native,
    plan: planMesh(density, native, { ...options, boxSize }, "corner"),
  };
}
