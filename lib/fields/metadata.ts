import { checkPositive, DomainError } from "../base/mod.ts";

/** One number for each of the axes x, y, z. */
export type Triple = readonly [number, number, number];

/** What a field is, in the course of a simulation. */
export type Status =
  | "unknown"
  | "initialField"
  | "lpt1"
  | "lpt2"
  | "lpt3"
  | "particles"
  | "densityField"
  | "projectedDensity"
  | "lightcone"
  | "kappa"
  | "gamma";

/** What every field of a simulation carries beside its numbers. */
export interface Metadata {
  /** [1] Cells of the simulation's mesh along x, y, z. */
  readonly mesh: Triple;
  /** [Mpc/h] Sides of its periodic box. */
  readonly boxSize: Triple;
  /** [1] Observer, as fractions of the box. */
  readonly observer: Triple;
  /** What the field is. */
  readonly status: Status;
  /** [1] Scale factor; of a stack, one for each shell, near to far. */
  readonly scaleFactors?: Float64Array;
  /** [Mpc/h] Comoving distance of the middle of each shell. */
  readonly centers?: Float64Array;
  /** [Mpc/h] Comoving thickness of each shell. */
  readonly widths?: Float64Array;
  /** [1] Redshift of each plane of sources. */
  readonly sourceRedshifts?: Float64Array;
}

/** Parts of `Metadata` from which `metadata` makes the rest. */
export type MetadataParts = Partial<Metadata> & Pick<Metadata, "mesh" | "boxSize">;

/**
 * Checked metadata of a simulation.
 *
 * @param parts Mesh and box; observer (default the middle), status (default "unknown"), shells.
 * @throws {DomainError} for a mesh that is not of whole numbers, a box not above 0, cells that are not cubes (to 1e-6), or an
 * observer outside of the box.
 */
export function metadata(parts: MetadataParts): Metadata {
  const { mesh, boxSize, observer = [0.5, 0.5, 0.5], status = "unknown" } = parts;
  mesh.forEach((n) => {
    if (!Number.isInteger(n) || n < 1) refuse("mesh", "whole numbers above 0", mesh);
  });
  boxSize.forEach((length) => checkPositive(length, "boxSize"));
  const [cell] = boxSize.map((length, i) => length / mesh[i]);
  if (boxSize.some((length, i) => Math.abs(length / mesh[i] / cell - 1) > 1e-6)) {
    const sides = boxSize.map((length, i) => length / mesh[i]);
    refuse(
      "mesh",
      `of the same proportions as "boxSize" so that cells are cubes`,
      `cells of ${sides.join(" x ")} Mpc/h`,
    );
  }
  if (observer.some((f) => !(f >= 0 && f <= 1))) refuse("observer", "three fractions of the box, 0 to 1", observer);
  return Object.freeze({ ...parts, observer, status });
}

function refuse(name: string, rule: string, value: unknown): never {
  throw new DomainError(`Cannot describe a simulation: "${name}" must be ${rule}, got ${value}`, rule, String(value));
}

/** [Mpc/h] Side of a cell. */
export function cellSize({ mesh, boxSize }: Pick<Metadata, "mesh" | "boxSize">): number {
  return boxSize[0] / mesh[0];
}
