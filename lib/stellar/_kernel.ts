import { call } from "../kernel/mod.ts";
import type { NdArray } from "../array/mod.ts";

/** Fills `[metallicity, age, wavelength]` with the spectra of synthetic populations. */
export function synthetic(
  metallicity: Float64Array,
  age: Float64Array,
  wavelength: Float64Array,
  out: NdArray<"float32" | "float64">,
): void {
  call("make templates", (k, a) => {
    const wide = Number(out.dtype === "float64");
    const axes = [metallicity, age, wavelength];
    const [z, t, l] = axes.map((axis) => a.in(axis));
    return k.stellar_synthetic(wide, metallicity.length, age.length, wavelength.length, z, t, l, a.out(out.data));
  });
}

/** Fills A(lambda)/A(V) by law 0 (Cardelli 1989), 1 (Calzetti 2000) or 2 (Gordon 2023). */
export function extinction(law: number, rv: number, wavelength: Float64Array, out: Float64Array): void {
  call("extinction curve", (k, a) => k.stellar_extinction(law, rv, out.length, a.in(wavelength), a.out(out)));
}
