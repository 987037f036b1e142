import { call } from "../kernel/mod.ts";

/** Wavenumber, index and curvature where matter becomes nonlinear, for squares of growth; NaN where there are none. */
export function scalesOf(
  { k: nodes, power }: { k: Float64Array; power: Float64Array },
  growth2: Float64Array,
): Float64Array {
  const out = new Float64Array(3 * growth2.length);
  call("nonlinear scales", (k, a) => {
    k.halofit_scales(a.in(nodes), a.in(power), a.in(growth2), growth2.length, a.out(out));
  });
  return out;
}

/** Numbers of a fit. */
export const FITS = ["linear", "takahashi2012", "smith2003"] as const;

/** Turns linear power today `[redshift, k]` into that at redshifts; `rows`: `[redshift, 4]`. */
export function applyHalofit(
  fit: typeof FITS[number],
  scales: Float64Array,
  rows: Float64Array,
  wavenumbers: Float64Array,
  power: Float64Array,
): void {
  const redshifts = rows.length / 4;
  if (power.length === 0) return;
  call("nonlinear power", (k, a) => {
    const of = [a.in(scales), a.in(rows), redshifts, a.in(wavenumbers), power.length / redshifts] as const;
    k.halofit_apply(FITS.indexOf(fit), ...of, a.inout(power));
  });
}
