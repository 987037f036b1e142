import { contiguous, empty, permuteAxes } from "../array/mod.ts";
import type { CosmologyOptions } from "../cosmology/mod.ts";
import { ourName, STATUS_NAMES, TYPE_NAMES, UNIT_NAMES } from "./_parquet_names.ts";
import { COLUMNS, flatten, shapeOf, UNIVERSE, VERSION } from "./_parquet_schema.ts";
import { type CatalogEntry, universe } from "./catalog.ts";
import type { RealArray } from "./field_base.ts";
import { fieldOf } from "./hdf5.ts";
import type { MetadataParts, Status, Triple } from "./metadata.ts";

/** Refuses a value: column, what it must be or do, and what it is. */
export type Fail = (column: string, rule: string, got: unknown) => never;

/** What a row is read with. */
export interface RowContext {
  /** Whether units mean what they say. */
  readonly ours: boolean;
  /** Element type of the arrays. */
  readonly dtype: "float32" | "float64";
  /** What the format does not have of a universe. */
  readonly cosmology?: Partial<CosmologyOptions>;
  /** The file. */
  readonly path: string;
  /** Refuses a value. */
  readonly fail: Fail;
}

/** The entry of a row. */
export function entryOf(
  row: Record<string, unknown>,
  { ours, dtype, cosmology, path, fail }: RowContext,
): CatalogEntry {
  const missing = ["array", ...Object.keys(COLUMNS)].find((key) => row[key] === undefined || row[key] === null);
  if (missing) fail(missing, "be there", "nothing");
  const number = (key: string): number =>
    Number.isFinite(Number(row[key])) ? Number(row[key]) : fail(key, "be a number", row[key]);
  // What was rounded to float32 is read as the number of seven digits that was meant.
  const digits = (x: unknown) => Number(Number(x).toPrecision(7));
  const numbers = (key: string, length: number): number[] => {
    const values = row[key];
    const fits = Array.isArray(values) && values.length === length && values.every((x) => Number.isFinite(Number(x)));
    return fits ? values.map(Number) : fail(key, `hold ${length} numbers`, String(values));
  };
  if (number("version") !== VERSION) fail("version", `be ${VERSION}`, number("version"));
  const type = row.field_type as keyof typeof TYPE_NAMES;
  if (!(type in TYPE_NAMES)) fail("field_type", `be one of ${Object.keys(TYPE_NAMES).join(", ")}`, type);
  const { kind, rank } = TYPE_NAMES[type];
  const status = ourName<Status>(STATUS_NAMES, row.status) ??
    fail("status", `be one of ${Object.values(STATUS_NAMES).join(", ")}`, row.status);
  const unit = ourName(UNIT_NAMES, row.unit) ??
    fail("unit", `be one of ${Object.values(UNIT_NAMES).join(", ")}`, row.unit);
  const shape = shapeOf(row.array);
  if (shape.length !== rank) fail("array", `have ${rank} axes for a ${type}`, shape.length);
  const [shells] = shape;
  const shellNumbers = (key: string): Float64Array | undefined => {
    const values = Float64Array.from(numbers(key, shells));
    return values.some((x) => x !== 0) ? values : undefined;
  };
  const lensed = status === "kappa" || status === "gamma";
  const [centers, sources] = [shellNumbers("comoving_centers"), shellNumbers("z_sources")];
  const widths = shellNumbers("density_width") ?? (centers && new Float64Array(shells));
  const scaleFactors = shellNumbers("scale_factors");
  const lists = { scaleFactors, centers, widths, sourceRedshifts: lensed ? sources : undefined };
  const parts: MetadataParts = {
    mesh: numbers("mesh_size", 3) as unknown as Triple,
    boxSize: numbers("box_size", 3).map(digits) as unknown as Triple,
    observer: numbers("observer_position", 3).map(digits) as unknown as Triple,
    status,
    ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values)),
    ...row.field_size
      ? { fieldSize: numbers("field_size", 2).map(digits) as unknown as readonly [number, number] }
      : {},
  };
  const [Omega_c, Omega_b, h, ns, sigma8, w0, wa, omegaK, Omega_nu] = UNIVERSE.map((key) => digits(number(key)));
  const made = universe(
    {
      tCmb: 2.726,
      ...cosmology,
      h,
      ns,
      sigma8,
      w0,
      wa,
      omegaK,
      omegaB: Omega_b,
      omegaM: digits(Omega_c + Omega_b + Omega_nu),
    },
    path,
    "Omega_c ...",
  );
  const meant = ours || type !== "DensityField" || unit !== "density"
    ? unit
    : status === "initialField"
    ? "overdensity"
    : "counts";
  const array = arrayOf(row.array, shape, kind === "ParticleField", { dtype, fail });
  try {
    return { field: fieldOf(kind, array, parts, meant), cosmology: made };
  } catch (cause) {
    array.dispose();
    return fail("array", `be what the other columns say (${(cause as Error).message})`, `[${shape.join(", ")}]`);
  }
}

/** The array of nested lists, without the first axis if it is of length 1, and with components first. */
function arrayOf(lists: unknown, shape: number[], turn: boolean, { dtype, fail }: Pick<RowContext, "dtype" | "fail">) {
  const own = shape[0] === 1 ? shape.slice(1) : shape;
  const array = empty(own, dtype) as RealArray;
  if (!flatten(lists, shape, array.data)) {
    array.dispose();
    fail("array", "be numbers in lists of equal lengths", "others");
  }
  if (!turn) return array;
  const lead = own.length - 4;
  using as = array;
  return contiguous(permuteAxes(as, [...lead === 1 ? [0] : [], lead + 3, lead, lead + 1, lead + 2])) as RealArray;
}
