import type { Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";
import type { Box } from "../mpi/mod.ts";
import type { Spectrum } from "./_kernel.ts";
import type { RadialTable } from "./_kernel_gaussian.ts";
import type { Green } from "./_kernel_steps.ts";

const wide = ({ dtype }: Spectrum) => Number(dtype === "complex128");

/** Turns modes of a density, `part` of the half spectrum of a mesh, into those of its potential. */
export function potentialOfModes(mesh: Triple, part: Box, green: Green, modes: Spectrum): void {
  const { gravity = 1, split = 0, difference = false, correction = 0, low = 0, high = 1 } = green;
  call("potential of particles", (k, a) => {
    const own = a.in(Uint32Array.of(...part.start, ...part.shape));
    const numbers = [gravity, split, Number(difference), correction, low, high] as const;
    k.pm_potential_part(wide(modes), ...mesh, own, ...numbers, a.inout(modes.data));
  });
}

/** Multiplies modes, `part` of the half spectrum of a mesh, by a table. */
export function filterModes(mesh: Triple, part: Box, { values, step }: RadialTable, modes: Spectrum): void {
  call("filter a mesh", (k, a) => {
    const own = a.in(Uint32Array.of(...part.start, ...part.shape));
    k.pm_filter_part(wide(modes), ...mesh, own, a.in(values), values.length, step, a.inout(modes.data));
  });
}
