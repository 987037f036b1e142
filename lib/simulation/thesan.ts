import { checkInteger, checkOneOf, FormatError } from "../base/mod.ts";
import { type Hdf5File, openHdf5 } from "../io/mod.ts";
import type { Scheme } from "../paint/mod.ts";
import { chooseSnapshots, type Entry } from "./_choose.ts";
import { chunksOf, hdf5Files } from "./_chunks.ts";
import { exists, listFolder, pathIn, pathOf } from "./_folder.ts";
import { checkBox } from "./_mesh.ts";
import { paintParticles } from "./_particles.ts";
import { placeHalos } from "./_place.ts";
import { type LoadedParts, LoaderSource } from "./_source.ts";
import type { LoadOptions } from "./load_options.ts";
import type { SnapshotSource } from "./snapshot.ts";

/** Options of `openThesan`. */
export interface ThesanOptions extends LoadOptions {
  /** [1] Cells along one axis of the mesh that particles are painted on. */
  cells: number;
  /** [Mpc/h] Side of the box; the files must agree. Default: what they say. */
  boxSize?: number;
  /** Scheme of mass assignment. Default: "cic". */
  scheme?: Scheme;
}

/** [Mpc/h] in the unit of lengths of these files, comoving kpc/h. */
const KPC = 1e-3;
/** [1] Headers of groups and particles of one snapshot may differ by rounding. */
const SAME_REDSHIFT = 1e-4;

/** Files of a snapshot. */
interface ThesanFiles {
  groups: string[];
  particles: string[];
  /** [1] First group of each file of groups, if there is a file of offsets. */
  starts?: Float64Array;
}

/** The snapshots in the folders groups_NNN and snapdir_NNN; empty folders count as missing. */
async function scan(output: string): Promise<Entry[]> {
  const numbers = (await listFolder(output)).map((name) => name.match(/^(?:groups|snapdir)_(\d+)$/)?.[1]);
  const entries: Entry[] = [];
  for (const digits of new Set(numbers.filter((n) => n !== undefined))) {
    const expected = { halos: pathIn(output, `groups_${digits}`), density: pathIn(output, `snapdir_${digits}`) };
    const [halos, density] = await Promise.all([firstFile(expected.halos), firstFile(expected.density)]);
    if (halos === undefined && density === undefined) continue;
    using file = await openHdf5(halos ?? density!);
    entries.push({
      name: `snapshot ${digits}`,
      number: Number(digits),
      z: file.numberAttribute("Header", "Redshift"),
      ...(halos === undefined ? {} : { halos: expected.halos }),
      ...(density === undefined ? {} : { density: expected.density }),
      expected,
    });
  }
  return entries.sort((a, b) => b.z - a.z);
}

async function firstFile(folder: string): Promise<string | undefined> {
  if (!await exists(folder)) return undefined;
  const [name] = await hdf5Files(folder);
  return name === undefined ? undefined : pathIn(folder, name);
}

/** Checks that header and mesh of a file are those of its snapshot; gives the side of the box [Mpc/h]. */
function checkHeader(file: Hdf5File, { z, name }: Entry, boxSize: number | undefined): number {
  const own = file.numberAttribute("Header", "Redshift");
  if (Math.abs(own - z) > SAME_REDSHIFT * (1 + z)) {
    throw new FormatError(
      `Cannot read "${file.path}": Redshift of its header must be that of the groups of ${name}, ${z}, got ${own}; ` +
        `check that both are of one snapshot`,
      file.path,
      "Header@Redshift",
    );
  }
  const made = file.numberAttribute("Header", "BoxSize") * KPC;
  checkBox(file.path, "boxSize", made, boxSize);
  return made;
}

/** [1] Halos of all files of groups; checks the file of offsets. */
async function countGroups({ groups, starts }: ThesanFiles, offsets: string): Promise<number> {
  if (groups.length === 0) return 0;
  if (!starts) {
    let count = 0;
    for (const path of groups) count += await groupsOf(path);
    return count;
  }
  if (starts.length === groups.length) return starts[groups.length - 1] + await groupsOf(groups[groups.length - 1]);
  throw new FormatError(
    `Cannot read "${offsets}": dataset "FileOffsets/Group" must have one number for each of the ${groups.length} files ` +
      `of groups, got ${starts.length}; copy groups and offsets again`,
    offsets,
    "FileOffsets/Group",
  );
}

async function groupsOf(path: string): Promise<number> {
  using file = await openHdf5(path);
  return file.hasDataset("Group/GroupMass") ? file.info("Group/GroupMass").shape[0] ?? 0 : 0;
}

/** Reads groups of all files in kpc/h and 1e10 M_sun/h, and the group of each subhalo. */
async function readGroups({ groups, starts }: ThesanFiles, subhalos: boolean) {
  const [positions, masses, hosts]: Float64Array[][] = [[], [], []];
  let count = 0;
  for (const [k, path] of groups.entries()) {
    using file = await openHdf5(path);
    if (starts && starts[k] !== count) {
      throw new FormatError(
        `Cannot read "${path}": its first group must be number ${starts[k]} by FileOffsets, but the files before it ` +
          `have ${count} groups; copy them again`,
        path,
        "Group/GroupMass",
      );
    }
    if (file.hasDataset("Group/GroupMass")) {
      const mass = file.readNumbers("Group/GroupMass", { shape: ["group"] });
      masses.push(mass);
      positions.push(file.readNumbers("Group/GroupPos", { shape: [mass.length, 3] }));
      count += mass.length;
    }
    if (subhalos && file.hasDataset("Subhalo/SubhaloGrNr")) hosts.push(file.readNumbers("Subhalo/SubhaloGrNr"));
  }
  return { positions: joined(positions), masses: joined(masses), subhaloHalos: joined(hosts) };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Opens a run of THESAN (or another one of AREPO with these folders): groups of friends in `output/groups_NNN`, particles
 * of dark matter in `output/snapdir_NNN`, in one or more HDF5 files each, and `postprocessing/offsets/offsets_NNN.hdf5`,
 * by which the files are checked if it is there.
 *
 * Halos are the groups, with GroupPos (comoving kpc/h) and GroupMass (1e10 M_sun/h); halo i is group i. The density is that
 * of PartType1, painted on nodes at i L/N in the box of the header, so nothing is moved. Velocities are the mean of those
 * of the particles, weighted by their mass and the scheme, sum(w v)/sum(w), with the peculiar velocity sqrt(a) times the
 * stored number; 0 where there is no particle. Particles are read a block at a time. `alphas` is given `subhaloHalos`,
 * the group of each subhalo, as the trees connect subhalos.
 *
 * @param root Folder of the run, which holds `output`.
 * @param options Mesh, scheme, redshifts and accretion rates.
 * @throws {InputError} if a file is missing, or box or redshifts do not suit.
 * @throws {FormatError} if headers do not belong together, or files are broken; on reading also if there are other numbers
 * of groups or particles than the headers say.
 * @example The run of the tests
 * ```ts
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { openThesan } from "@cosmesh/cosmesh/simulation";
 * await ready();
 * using run = await openThesan("test/simulation/reference/thesan", { cells: 8 });
 * using snapshot = await run.read(0, { velocityAxis: 2 });
 * console.log(run.boxSize, snapshot.halos.size, snapshot.velocity?.cells); // 20 9 8
 * ```
 */
export async function openThesan(root: string | URL, options: ThesanOptions): Promise<SnapshotSource> {
  const folder = pathOf(root);
  const cells = checkInteger(options.cells, "cells", 1);
  const scheme = checkOneOf(options.scheme ?? "cic", "scheme", ["ngp", "cic", "tsc", "pcs"]);
  const chosen = await chooseSnapshots(folder, await scan(pathIn(folder, "output")), options);
  let boxSize = options.boxSize;
  let hasVelocities = true;
  const snapshots = [];
  for (const entry of chosen) {
    const particles = await chunksOf(entry.density);
    const groups = entry.halos === undefined ? [] : await chunksOf(entry.halos);
    for (const first of [...groups.slice(0, 1), particles[0]]) {
      using file = await openHdf5(first);
      boxSize = checkHeader(file, entry, boxSize);
      if (first === particles[0]) hasVelocities &&= file.hasDataset("PartType1/Velocities");
    }
    const offsets = pathIn(folder, `postprocessing/offsets/offsets_${entry.density.match(/\d+$/)![0]}.hdf5`);
    const chunks: ThesanFiles = { groups, particles, ...await readOffsets(offsets) };
    snapshots.push({
      ...entry,
      files: [...groups, ...particles],
      chunks,
      halos: await countGroups(chunks, offsets),
    });
  }
  const side = boxSize!;
  return new LoaderSource({
    path: folder,
    boxSize: side,
    cells,
    snapshots,
    hasVelocities,
    ...(options.alphas ? { alphas: options.alphas } : {}),
    halos: async (snapshot): Promise<LoadedParts> => {
      const path = pathIn(folder, `output/groups_${snapshot.density.match(/\d+$/)![0]}`);
      const { subhaloHalos, ...halos } = await readGroups(snapshot.chunks, options.alphas !== undefined);
      placeHalos(halos, { path, boxSize: side, shift: 0, lengthUnit: "kpc/h", massUnit: "1e10 M_sun/h" });
      return { path, ...halos, subhaloHalos };
    },
    meshes: ({ chunks: { particles }, z }, velocityAxis) =>
      paintParticles(particles, { boxSize: side, cells, scheme, z, velocityAxis }),
  });
}

/** First groups of the files, if there is a file of offsets. */
async function readOffsets(path: string): Promise<{ starts?: Float64Array }> {
  if (!await exists(path)) return {};
  using file = await openHdf5(path);
  return { starts: file.readNumbers("FileOffsets/Group", { shape: ["file"] }) };
}
