import type { RealArray, Triple } from "../fields/mod.ts";
import { call } from "../kernel/mod.ts";
import { type GrowthTable, numbers, type Parts, wide } from "./_kernel_lpt.ts";

/** Derivatives of a loss by displacements and momenta, `[3, nx, ny, nz]`. */
export type Bars = readonly [RealArray, RealArray];

/** Derivative by the growth table. */
export function growthAdjoint(mesh: Triple, { parts, work }: Parts, growth: GrowthTable, [x, p]: Bars): Float64Array {
  const out = new Float64Array(growth.table.length);
  call("adjoint of displacements", (k, a) => {
    const [one, two = 0, threeA = 0, threeB = 0] = parts.map((p) => a.in(p.data));
    return k.pm_growth_adjoint(
      ...[wide(x), ...mesh, ...numbers(growth, a.in(growth.table)), one, two, threeA, threeB] as const,
      ...[work ? a.out(work.data) : 0, a.in(x.data), a.in(p.data), a.out(out)] as const,
    );
  });
  return out;
}

/** Fills `out` with the derivative by a potential; if spectral, with the half spectrum of that by a source. */
export function fillDivergence(
  mesh: Triple,
  isSpectral: boolean,
  part: number,
  growth: GrowthTable,
  [x, p]: Bars,
  work: RealArray,
  out: RealArray,
): void {
  call("adjoint of displacements", (k, a) =>
    k.pm_divergence(
      ...[wide(x), Number(isSpectral), ...mesh, ...numbers(growth, a.in(growth.table)), part] as const,
      ...[a.in(x.data), a.in(p.data), a.out(work.data), a.out(out.data)] as const,
    ));
}

/** Derivatives by sources: that by S2 with a factor, and those by S3a and S3b with what comes from the second potential. */
export interface SourceBars {
  readonly second: RealArray;
  readonly factor: number;
  readonly third?: readonly [RealArray, RealArray, RealArray];
}

/** Adds the derivative by the potential that the derivatives by sources give; `work` has room for two padded meshes. */
export function addSourceAdjoint(
  mesh: Triple,
  one: RealArray,
  { second, factor, third }: SourceBars,
  work: RealArray,
  out: RealArray,
): void {
  call("adjoint of sources", (k, a) => {
    const [thirdA, thirdB, two] = third?.map((t) => a.in(t.data)) ?? [0, 0, 0];
    k.pm_source_adjoint(
      ...[wide(out), ...mesh, a.in(one.data), a.in(second.data), factor, thirdA, thirdB, two] as const,
      ...[a.out(work.data), a.inout(out.data)] as const,
    );
  });
}

/** Fills six padded meshes with second derivatives of the potential of a source, a half spectrum. */
export function fillSecondDerivatives(mesh: Triple, source: RealArray, out: RealArray): void {
  call(
    "sources of displacements",
    (k, a) => k.pm_second_derivatives(wide(out), ...mesh, a.in(source.data), a.out(out.data)),
  );
}

/** As `addSourceAdjoint`, for spectra; `six` and the last of `third` are second derivatives. `work` is a padded mesh. */
export function addSpectralSourceAdjoint(
  mesh: Triple,
  six: RealArray,
  { second, factor, third }: SourceBars,
  work: RealArray,
  out: RealArray,
): void {
  call("adjoint of sources", (k, a) => {
    const [thirdA, thirdB, other] = third?.map((t) => a.in(t.data)) ?? [0, 0, 0];
    return k.pm_spectral_source_adjoint(
      ...[wide(out), ...mesh, a.in(six.data), a.in(second.data), factor, thirdA, thirdB, other] as const,
      ...[a.out(work.data), a.inout(out.data)] as const,
    );
  });
}

/** The half spectrum `data` becomes its padded mesh, or the mesh `out` does. */
export function invertSpectrum(mesh: Triple, data: RealArray, out?: RealArray): void {
  call("transform", (k, a) => k.pm_inverse(wide(data), ...mesh, a.inout(data.data), out ? a.out(out.data) : 0));
}
