import { checkSameMesh } from "../array/mod.ts";
import { checkOneOf, DomainError } from "../base/mod.ts";
import { comovingDistance, type Cosmology } from "../cosmology/mod.ts";
import { checkAxis } from "./_check.ts";
import { type LightconeGeometry, lightconeGeometry } from "./geometry.ts";
import type { CoevalFields, CoevalSource, LightconeOptions } from "./source.ts";

/** Slices between two redshifts of the source. */
export interface Bracket<F extends string> {
  readonly geometry: LightconeGeometry;
  readonly axis: 0 | 1 | 2;
  readonly low: CoevalFields<F>;
  readonly high: CoevalFields<F>;
  /** Number of the first slice. */
  readonly first: number;
  /** Weights of `low` and `high` in each slice. */
  readonly weights: { readonly low: Float32Array; readonly high: Float32Array };
}

/** Names of files give redshifts with three decimals. */
const ROUNDING = 5.1e-4;

function refuse(rule: string, actual: string): never {
  throw new DomainError(`Cannot make a light-cone: ${rule}, got ${actual}`, rule, actual);
}

function checkRedshifts(z: ArrayLike<number>): number[] {
  const redshifts = Array.from(z);
  if (redshifts.length < 2) {
    refuse("there must be fields of at least two redshifts", String(redshifts.length));
  }
  const bad = redshifts.findIndex((z, i) => !(z >= 0 && z < Infinity && (i === 0 || z > redshifts[i - 1])));
  if (bad >= 0) {
    const actual = `${redshifts[bad]} at place ${bad}${bad > 0 ? ` after ${redshifts[bad - 1]}` : ""}`;
    refuse("the redshifts of the fields must be at least 0 and rise; sort the fields", actual);
  }
  return redshifts;
}

/** Checks the options, reads the fields from the lowest redshift up, each once and two at a time, and gives the slices. */
export async function* brackets<F extends string>(
  source: CoevalSource<F>,
  options: LightconeOptions<F>,
): AsyncGenerator<Bracket<F>> {
  const { cosmology, quantities, interpolation = "redshift" } = options;
  const axis = checkAxis(options.axis);
  checkOneOf(interpolation, "interpolation", ["redshift", "distance", "nearest"]);
  if (quantities.length === 0) refuse("there must be at least one quantity", "none");
  const redshifts = checkRedshifts(source.redshifts);
  const last = redshifts.length - 1;
  const { zLow = redshifts[0], zHigh = redshifts[last] } = options;
  if (!(zLow >= redshifts[0] && zHigh <= redshifts[last])) {
    const rule = `zLow and zHigh must be within the redshifts of the fields, ${redshifts[0]} to ${redshifts[last]}`;
    refuse(rule, `${zLow} and ${zHigh}`);
  }
  const start = Math.min(redshifts.findLastIndex((z) => z <= zLow), last - 1);
  const end = Math.max(redshifts.findIndex((z) => z >= zHigh), start + 1);
  let held: (CoevalFields<F> | undefined)[] = [];
  const dispose = (fields?: CoevalFields<F>) => fields?.[Symbol.dispose]?.();
  try {
    const read = async (index: number) => {
      const fields = await source.read(index, quantities);
      held.push(fields);
      checkFields(fields, quantities, redshifts[index]);
      return fields;
    };
    let low = await read(start);
    const mesh = low[quantities[0]];
    const geometry = lightconeGeometry(cosmology, { zLow, zHigh, cellSize: mesh.boxSize / mesh.cells });
    let first = 0;
    for (let i = start + 1; i <= end; i++) {
      const high = await read(i);
      checkSameMesh(`make a light-cone of z = ${low.z} and ${high.z}`, mesh, ...quantities.map((name) => high[name]));
      const beyond = i === end ? -1 : geometry.redshifts.findIndex((z) => z > high.z);
      const stop = beyond < 0 ? geometry.redshifts.length : beyond;
      if (stop > first) {
        const z = geometry.redshifts.subarray(first, stop);
        const weights = weigh(cosmology, interpolation, low.z, high.z, z);
        yield { geometry, axis, low, high, first, weights };
      }
      dispose(low);
      held = [high];
      [low, first] = [high, stop];
    }
  } finally {
    held.forEach(dispose);
  }
}

/** Checks that a source gave what it promised. */
function checkFields<F extends string>(fields: CoevalFields<F>, names: readonly F[], z: number): void {
  if (!(Math.abs(fields.z - z) <= ROUNDING)) {
    refuse(`the fields read for z = ${z} must be of that redshift`, `${fields.z}`);
  }
  for (const name of names) {
    if (fields[name] === undefined) {
      refuse(`the fields of z = ${z} must have "${name}"`, Object.keys(fields).join(", "));
    }
  }
}

/** Weights of two fields in the slices at `z`. */
function weigh(
  cosmology: Cosmology,
  interpolation: "redshift" | "distance" | "nearest",
  low: number,
  high: number,
  z: Float64Array,
): { low: Float32Array; high: Float32Array } {
  const place = (z: Float64Array) => interpolation === "distance" ? comovingDistance(cosmology, z) : z;
  const [from, to] = place(Float64Array.of(low, high));
  const fractions = place(z).map((x) => {
    // Slices may lie outside by the rounding of names.
    const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
    return interpolation === "nearest" ? Math.round(t) : t;
  });
  return { low: Float32Array.from(fractions, (t) => 1 - t), high: Float32Array.from(fractions) };
}
