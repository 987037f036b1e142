import { DomainError } from "../base/mod.ts";

/** A quantity over wavelength: one value for all, or a table, between whose points it is linear and beyond them constant. */
export type Curve = number | CurveTable;

/** Values over wavelength. */
export interface CurveTable {
  /** [Angstrom] As observed, ascending. */
  readonly wavelength: ArrayLike<number>;
  /** The quantity, one for each wavelength. */
  readonly value: ArrayLike<number>;
}

/** Values of a curve at ascending wavelengths. The error names it as `name`; `rule` is what its values must be. */
export function curveAt(
  curve: Curve,
  at: Float64Array,
  name: string,
  rule: "a finite number above 0" | "a finite number of at least 0" | "a finite number" = "a finite number above 0",
): Float64Array {
  const { wavelength, value } = typeof curve === "number" ? { wavelength: [1], value: [curve] } : curve;
  const fail = (rule: string, got: string): never => {
    throw new DomainError(`Cannot use "${name}": it must be ${rule}, got ${got}`, rule, got);
  };
  const n = wavelength.length;
  if (n === 0 || value.length !== n) fail("a value for each wavelength", `${value.length} for ${n} wavelengths`);
  for (let i = 0; i < n; i++) {
    const good = rule.endsWith("above 0") ? value[i] > 0 : rule.endsWith("at least 0") ? value[i] >= 0 : true;
    if (!good || !Number.isFinite(value[i])) fail(rule, String(value[i]));
    if (!(i === 0 || wavelength[i] > wavelength[i - 1])) fail("over ascending wavelengths", String(wavelength[i]));
  }
  let i = 0;
  return at.map((x) => {
    while (i < n && wavelength[i] <= x) i++;
    if (i === 0 || i === n) return value[Math.max(i - 1, 0)];
    const share = (x - wavelength[i - 1]) / (wavelength[i] - wavelength[i - 1]);
    return value[i - 1] + share * (value[i] - value[i - 1]);
  });
}
