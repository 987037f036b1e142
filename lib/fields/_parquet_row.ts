import { contiguous, permuteAxes } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { STATUS_NAMES, type TYPE_NAMES, UNIT_NAMES } from "./_parquet_names.ts";
import { type ColumnType, VERSION } from "./_parquet_schema.ts";
import type { CatalogEntry } from "./catalog.ts";
import type { RealArray } from "./field_base.ts";
import { type AnyField, kindOf } from "./hdf5.ts";

/** A row: values by column, and the array of a stack. */
export interface Row {
  readonly array: RealArray;
  readonly field_type: keyof typeof TYPE_NAMES;
  release(): void;
  readonly [column: string]: unknown;
}

function typeOf(field: AnyField): keyof typeof TYPE_NAMES {
  const kind = kindOf(field);
  const pure = field.unit === "1";
  if (kind === "FlatField") return pure ? "FlatKappaField" : "FlatDensity";
  if (kind === "SphericalField") return pure ? "SphericalKappaField" : "SphericalDensity";
  if (!pure) return kind;
  throw new DomainError(`Cannot write Parquet: a mesh must have a unit of density, got "1"`, "a unit of density", "1");
}

/** The row of an entry. */
export function rowOf({ field, cosmology: c }: CatalogEntry): Row {
  const { meta, shells } = field;
  const inner = field.array.shape.slice(-field.form.rank);
  const field_type = typeOf(field);
  const stack = field.array.reshape([shells, ...inner]);
  const turned = field_type === "ParticleField" ? contiguous(permuteAxes(stack, [0, 2, 3, 4, 1])) : undefined;
  const none = new Float64Array(shells);
  const nside = "nside" in field ? { nside: field.nside } : {};
  const pixels = "pixels" in field ? { flatsky_npix: [...field.pixels] } : {};
  return {
    array: (turned ?? stack) as RealArray,
    z_sources: [...meta.sourceRedshifts ?? field.redshifts ?? none],
    scale_factors: [...meta.scaleFactors ?? none],
    comoving_centers: [...meta.centers ?? none],
    density_width: [...meta.widths ?? none],
    mesh_size: [...meta.mesh],
    box_size: [...meta.boxSize],
    observer_position: [...meta.observer],
    halo_size: [0, 0],
    status: STATUS_NAMES[meta.status],
    unit: UNIT_NAMES[field.unit],
    ...{ Omega_c: c.omegaM - c.omegaB, Omega_b: c.omegaB, Omega_k: c.omegaK, Omega_nu: 0 },
    ...{ h: c.h, n_s: c.ns, sigma8: c.sigma8, w0: c.w0, wa: c.wa },
    version: VERSION,
    field_type,
    ...nside,
    ...pixels,
    ...meta.fieldSize ? { field_size: [...meta.fieldSize] } : {},
    release: () => turned?.dispose(),
  };
}

/** Type of the column `array`, which all rows share. */
export function commonArray(rows: readonly Row[]): ColumnType {
  if (rows.length === 0) throw new DomainError("Cannot write Parquet: there must be an entry", "an entry", "none");
  const describe = ({ field_type, array: { dtype, shape } }: Row) =>
    `${field_type} of ${dtype} [${shape.slice(1).join(", ")}]`;
  const other = rows.find((row) => describe(row) !== describe(rows[0]));
  if (other) {
    const [a, b] = [describe(rows[0]), describe(other)];
    throw new DomainError(`Cannot write Parquet: a file holds fields of one kind and shape, got ${a} and ${b}`, a, b);
  }
  const { dtype, shape } = rows[0].array;
  return { dtype, depth: shape.length };
}
