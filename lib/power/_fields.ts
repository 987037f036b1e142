import { checkSameMesh, type Field } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { rfftn } from "../fft/mod.ts";
import type { HalfSpectrum } from "./_kernel.ts";
import type { SpectrumMesh } from "./_prepare.ts";

/** Measures the half spectra of two fields, which may be the same. */
export function withSpectra<R>(
  a: Field,
  b: Field,
  measure: (a: HalfSpectrum, b: HalfSpectrum, mesh: SpectrumMesh) => R,
): R {
  checkSameMesh("measure power", a, b);
  [a, b].forEach(checkQuantity);
  const mesh = { cells: a.cells, boxSize: a.boxSize, units: [a.unit, b.unit] } as const;
  using spectrum = transform(a);
  if (b === a) return measure(spectrum, spectrum, mesh);
  using other = transform(b);
  return measure(spectrum, other, mesh);
}

function transform(field: Field): HalfSpectrum {
  return rfftn(field.array) as HalfSpectrum;
}

function checkQuantity({ quantity }: Field): void {
  if (quantity !== "counts" && quantity !== "density") return;
  throw new DomainError(
    `Cannot measure the power of a field of ${quantity}: its power depends on its mean; take overdensity(field) first`,
    "another quantity",
    quantity,
  );
}
