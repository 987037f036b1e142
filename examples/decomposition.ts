/**
 * Particles on ranks to a mesh in parts, its power spectrum, and files that open as one:
 *
 *     deno run -A examples/decomposition.ts [cells, default 64] [folder, default a temporary one]
 *     mpirun -n 4 deno run -A examples/decomposition.ts 256 out
 *
 * @module
 */
import { empty } from "@cosmesh/cosmesh/array";
import { ready } from "@cosmesh/cosmesh/kernel";
import { commWorld } from "@cosmesh/cosmesh/mpi";
import { distributedMoments, readDistributed, shareOf, writeDistributed } from "@cosmesh/cosmesh/decomposition";
import { overdensity, paintDistributed } from "@cosmesh/cosmesh/paint";
import { powerSpectrum } from "@cosmesh/cosmesh/power";

await ready();
const comm = commWorld();
const cells = Number(Deno.args[0] ?? 64);
const boxSize = 200; // [Mpc/h]
const say = (text: string) => comm.isRoot && console.log(text);

// Each rank brings planes of a lattice that a plane wave has displaced: some particles belong to other ranks.
const { start, length } = shareOf(cells, comm.size, comm.rank);
using positions = empty([length * cells ** 2, 3], "float32");
const spacing = boxSize / cells;
const amplitude = 3; // [Mpc/h]
for (let i = 0, at = 0; i < length; i++) {
  const q = (start + i) * spacing;
  const x = q + amplitude * Math.sin(2 * Math.PI * 2 * q / boxSize);
  for (let j = 0; j < cells; j++) {
    for (let k = 0; k < cells; k++, at += 3) positions.data.set([x, (j + 0.5) * spacing, (k + 0.5) * spacing], at);
  }
}

// Painted plane by plane, results are the same bits for any number of ranks.
const counts = paintDistributed(comm, positions, { scheme: "cic", cells, boxSize, method: "planes" });
const density = overdensity(counts);
counts.array.dispose();
// To first order, a displacement A sin(k x) gives an overdensity with a spread of k A / sqrt(2), here 0.133.
const { mean, std } = distributedMoments(density);
say(
  `${cells ** 3} particles on ${comm.size} ranks: overdensity of mean ${mean.toExponential(1)}, spread ${
    std.toFixed(4)
  }`,
);

const { k, power, modes } = powerSpectrum(density, { bins: 6, deconvolve: "cic" });
k.forEach((k, i) => say(`k = ${k.toFixed(3)} h/Mpc: P = ${power[i].toExponential(3)} (Mpc/h)^3, ${modes[i]} modes`));

const folder = Deno.args[1] ?? comm.bcastObject(comm.isRoot ? Deno.makeTempDirSync() : undefined);
await writeDistributed(`${folder}/density.h5`, { delta: density });
const { delta } = await readDistributed(`${folder}/density.h5`, comm);
const same = delta.array.data.every((value, i) => value === density.array.data[i]);
say(`${folder}/density.h5 opens as one dataset of ${delta.cells}^3 cells; read back: ${same}`);
if (Deno.args[1] === undefined) {
  comm.barrier();
  if (comm.isRoot) Deno.removeSync(folder as string, { recursive: true });
}
delta.array.dispose();
density.array.dispose();
comm.finalize();
