import { checkPositive, DomainError, ShapeError } from "../base/mod.ts";

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

/** Words of `Status`. */
export const STATUSES: readonly Status[] = [
  "unknown",
  "initialField",
  "lpt1",
  "lpt2",
  "lpt3",
  "particles",
  "densityField",
  "projectedDensity",
  "lightcone",
  "kappa",
  "gamma",
];

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
  /** [deg] Sides of a flat map's field of view. */
  readonly fieldSize?: readonly [number, number];
}

/** Parts of `Metadata` from which `metadata` makes the rest. */
export type MetadataParts = Partial<Metadata> & Pick<Metadata, "mesh" | "boxSize">;

/** Members that have one number for each field of a stack. */
export const PER_SHELL = ["scaleFactors", "centers", "widths", "sourceRedshifts"] as const;

/**
 * Checked metadata of a simulation.
 *
 * @param parts Mesh and box; observer (default the middle), status (default "unknown"), shells.
 * @throws {DomainError} for a mesh that is not of whole numbers, a box not above 0, cells that are not cubes (to 1e-6), an
 * observer outside of the box, or shells that are not.
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
  check(parts.scaleFactors, "scaleFactors", "above 0", (a) => a > 0);
  for (const name of ["centers", "widths", "sourceRedshifts"] as const) {
    check(parts[name], name, "at least 0", (x) => x >= 0);
  }
  parts.fieldSize?.forEach((side) => checkPositive(side, "fieldSize"));
  return Object.freeze({ ...parts, observer, status });
}

function check(values: Float64Array | undefined, name: string, rule: string, fits: (x: number) => boolean): void {
  const bad = values?.find((x) => !(Number.isFinite(x) && fits(x)));
  if (bad !== undefined) refuse(name, `finite and ${rule}`, bad);
}

function refuse(name: string, rule: string, value: unknown): never {
  throw new DomainError(`Cannot describe a simulation: "${name}" must be ${rule}, got ${value}`, rule, String(value));
}

/** [Mpc/h] Side of a cell. */
export function cellSize({ mesh, boxSize }: Pick<Metadata, "mesh" | "boxSize">): number {
  return boxSize[0] / mesh[0];
}

/** [1] Redshifts 1/a - 1 of scale factors. */
export function redshiftsOf(scaleFactors: ArrayLike<number>): Float64Array {
  return Float64Array.from(scaleFactors, (a) => 1 / a - 1);
}

/** Checks that what has one number for each of `fields` fields has as many. */
export function checkLengths(meta: Metadata, fields: number, what: string): void {
  for (const name of PER_SHELL) {
    const length = meta[name]?.length ?? fields;
    if (length === fields) continue;
    const [needed, got] = [`${fields} numbers`, `${length}`];
    throw new ShapeError(
      `Cannot make ${what}: "${name}" must have ${needed}, one for each of its fields, got ${got}`,
      needed,
      got,
    );
  }
}

/** Metadata of the fields from `start` to before `stop` of a stack. */
export function sliceMetadata(meta: Metadata, start: number, stop: number): Metadata {
  const parts = PER_SHELL.filter((name) => meta[name]).map((name) => [name, meta[name]!.slice(start, stop)]);
  return Object.freeze({ ...meta, ...Object.fromEntries(parts) });
}
