import { NdArray } from "../array/mod.ts";
import type { DensityField, RealArray } from "../fields/mod.ts";
import { rfftn } from "../fft/mod.ts";
import { partsOf } from "./_growth.ts";
import { fillSources, type Spectrum } from "./_kernel.ts";
import { fillSource, paddedMesh, type Parts, solvePotential, SOURCES } from "./_kernel_lpt.ts";
import type { LptOrder } from "./field.ts";

/** How derivatives are taken. */
export type LptDerivative = "finiteDifference" | "spectral";

/** Potentials of the orders by differences between cells; `held` gives them back. */
export function potentialsOf(field: DensityField, order: LptOrder, held: DisposableStack): Parts {
  const { array, meta: { mesh } } = field;
  const make = () => held.use(paddedMesh(mesh, array.dtype));
  const first = make();
  solvePotential(mesh, first, { from: array });
  if (order === 1) return { parts: [first] };
  const solved = (which: number, two?: RealArray) => {
    const made = make();
    fillSource(mesh, which, first, two, made);
    solvePotential(mesh, made, {});
    return made;
  };
  const second = solved(SOURCES.second);
  const third = order === 3 ? [solved(SOURCES.thirdA), solved(SOURCES.thirdB, second)] : [];
  return { parts: [first, second, ...third] };
}

/** Half spectra of the sources, as padded meshes, and room to work; `held` gives them back. */
export function spectraOf(field: DensityField, order: LptOrder, held: DisposableStack): Required<Parts> {
  const { array, meta: { mesh } } = field;
  const make = () => held.use(paddedMesh(mesh, array.dtype));
  const parts = [make()];
  rfftn(array as NdArray<"float32">, { out: asSpectrum(parts[0]) as NdArray<"complex64"> });
  if (order > 1) {
    while (parts.length < partsOf(order)) parts.push(make());
    const [one, two, ...third] = parts.map(asSpectrum);
    fillSources(one, two, order === 3 ? [third[0], third[1]] : undefined, mesh);
  }
  return { parts, work: make() };
}

/** The half spectrum in the memory of a padded mesh. */
function asSpectrum({ data, dtype, shape: [nx, ny, length] }: RealArray): Spectrum {
  return new NdArray(
    data as Float32Array,
    [nx, ny, length / 2],
    dtype === "float32" ? "complex64" : "complex128" as "complex64",
  );
}
