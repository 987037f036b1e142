import { add, arange, divide, empty, multiply, slice, stats } from "../array/mod.ts";
import { DomainError, ShapeError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import type { FieldBase, RealArray } from "./field_base.ts";
import { cellSize, type Metadata } from "./metadata.ts";

/** Units of densities: n/mean - 1, particles per (Mpc/h)^3, particles per cell or pixel, M_sun/h per (Mpc/h)^3. */
export type DensityUnit = "overdensity" | "density" | "counts" | "massDensity";

/** Units of positions [cell]: from the particle's lattice site, or from the origin; or [Mpc/h] from the origin. */
export type PositionUnit = "gridRelative" | "gridAbsolute" | "mpch";

/**
 * What conversions of densities need.
 *
 * - "density" is particles per (Mpc/h)^3; "counts" is that times the volume of a cell, or of a pixel in its shell.
 * - "massDensity" is "density" times the mass of a particle, Omega_m rho_crit V/N with rho_crit [M_sun/h / (Mpc/h)^3]; its
 *   mean over the universe is Omega_m rho_crit. It needs `cosmology`.
 * - "overdensity" is x/mean - 1 with a mean of choice.
 */
export interface DensityOptions {
  /**
   * [as the density] The mean of overdensities: that of each shell ("shell", the default to make them; no residue of the
   * shell's own mass, as lensing wants it), that of all numbers of the stack ("stack"), that of the universe, one
   * particle in each cell of the mesh ("box", the default to undo them), or given, for all or for each shell, in the unit of the
   * field that is no overdensity.
   */
  mean?: "shell" | "stack" | "box" | number | readonly number[] | Float64Array;
  /** Matter and critical density; for "massDensity". */
  cosmology?: Pick<Cosmology, "omegaM" | "criticalDensity">;
}

/** [(Mpc/h)^3] Volume of a pixel in each shell, (4 pi / pixels) (Rmax^3 - Rmin^3)/3; undefined without shells. */
export function pixelVolumes({ centers, widths }: Metadata, pixels: number): Float64Array | undefined {
  if (!centers || !widths) return;
  return centers.map((c, i) => {
    const [near, far] = [Math.max(c - widths[i] / 2, 0), c + widths[i] / 2];
    return 4 * Math.PI / pixels * (far * far * far - near * near * near) / 3;
  });
}

/** [M_sun/h] Mass of a particle, of which there is one for each cell. */
function particleMass(meta: Metadata, cosmology: DensityOptions["cosmology"]): number {
  if (!cosmology) {
    const rule = `needs the option "cosmology", whose matter density gives the mass of a particle`;
    throw new DomainError(`Cannot convert a density: "massDensity" ${rule}`, "a cosmology", "none");
  }
  return cosmology.omegaM * cosmology.criticalDensity * cellSize(meta) ** 3;
}

/**
 * A density in another unit.
 *
 * @param volumes [(Mpc/h)^3] Volume element of each shell.
 */
export function densityTo<F extends FieldBase<DensityUnit | "1">>(
  field: F,
  unit: DensityUnit,
  volumes: Float64Array | undefined,
  { mean, cosmology }: DensityOptions = {},
): F {
  const { meta, shells, array } = field;
  const from = field.unit;
  if (from === "1") {
    throw new DomainError(`Cannot convert a field of unit "1" to "${unit}": it is no density`, "a density", "1");
  }
  /** What one particle per (Mpc/h)^3 is in a unit that is no overdensity, for each shell. */
  const scale = (of: DensityUnit): Float64Array => {
    if (of === "density") return new Float64Array(shells).fill(1);
    if (of === "massDensity") return new Float64Array(shells).fill(particleMass(meta, cosmology));
    if (volumes) return volumes;
    const rule = `"centers" and "widths" of the shells in its metadata`;
    throw new DomainError(`Cannot convert between "counts" and other units: the map needs ${rule}`, rule, "none");
  };
  /** Mean of each shell in a unit that is no overdensity. */
  const meanIn = (of: DensityUnit, which: NonNullable<DensityOptions["mean"]>): Float64Array => {
    if (which === "box") return scale(of).map((s) => s / cellSize(meta) ** 3);
    if (typeof which === "number") return new Float64Array(shells).fill(which);
    if (typeof which !== "string") {
      if (which.length === shells) return Float64Array.from(which);
      const [needed, got] = [`${shells} numbers`, String(which.length)];
      throw new ShapeError(
        `Cannot convert to "${unit}": "mean" must have ${needed}, one a shell, got ${got}`,
        needed,
        got,
      );
    }
    if (from === "overdensity") {
      const rule = `"box" or given, as an overdensity does not have it`;
      throw new DomainError(`Cannot convert from "overdensity": "mean" must be ${rule}, got "${which}"`, rule, which);
    }
    return which === "stack" ? new Float64Array(shells).fill(stats(array).mean) : field.mean({ perShell: true });
  };
  if (from === unit) return field.map((a) => add(a, 0) as RealArray);
  if (unit === "overdensity") {
    const means = meanIn(from, mean ?? "shell");
    const zero = means.find((m) => !(Number.isFinite(m) && m !== 0));
    if (zero !== undefined) {
      const rule = "finite and not 0";
      throw new DomainError(`Cannot make an overdensity: the mean must be ${rule}, got ${zero}`, rule, `${zero}`);
    }
    return scaled(field, unit, means.map((m) => 1 / m), -1);
  }
  if (from === "overdensity") return scaled(field, unit, meanIn(unit, mean ?? "box"), 1, true);
  const [divisor, factor] = [scale(from), scale(unit)];
  return scaled(field, unit, factor.map((f, i) => f / divisor[i]), 0);
}

/** The field of factor x + shift, or factor (x + shift), with a factor for each shell; rounded once or twice. */
function scaled<F extends FieldBase<DensityUnit | "1">>(
  field: F,
  unit: DensityUnit,
  factors: Float64Array,
  shift: number,
  shiftFirst = false,
): F {
  return field.map((array) => {
    const out = empty(array.shape, array.dtype) as RealArray;
    factors.forEach((factor, shell) => {
      const [to, x] = field.isStack ? [out.at(shell), array.at(shell)] : [out, array];
      if (shiftFirst) multiply(add(x, shift, { out: to }), factor, { out: to });
      else if (shift === 0) multiply(x, factor, { out: to });
      else add(multiply(x, factor, { out: to }), shift, { out: to });
    });
    return out;
  }, unit);
}

/** Positions in another unit. */
export function positionsTo<F extends FieldBase<PositionUnit>>(field: F, unit: PositionUnit): F {
  const { meta } = field;
  const cell = cellSize(meta);
  const from = field.unit;
  return field.map((array) => {
    const out = (from === "mpch" && unit !== "mpch" ? divide(array, cell) : add(array, 0)) as RealArray;
    const sign = (from === "gridRelative" ? 1 : 0) - (unit === "gridRelative" ? 1 : 0);
    if (sign !== 0) {
      meta.mesh.forEach((n, axis) => {
        using sites = arange(0, sign * n, sign);
        const along = sites.reshape([n, ...[1, 1, 1].slice(axis + 1)]);
        for (const one of field.isStack ? [...stackParts(out)] : [out]) {
          const component = slice(one, axis);
          add(component, along, { out: component });
        }
      });
    }
    if (unit === "mpch" && from !== "mpch") multiply(out, cell, { out });
    return out;
  }, unit);
}

function* stackParts(array: RealArray): Iterable<RealArray> {
  for (let i = 0; i < array.shape[0]; i++) yield array.at(i) as RealArray;
}
