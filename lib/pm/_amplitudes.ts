import { DomainError, ShapeError } from "../base/mod.ts";
import { type LinearPower, matterPower } from "../cosmology/mod.ts";
import { cellSize, type Metadata, type Triple } from "../fields/mod.ts";
import type { RadialTable } from "./_kernel_gaussian.ts";

/** Power at points, linear in k and P between them, and that of the ends beyond. */
export interface PowerPoints {
  /** [h/Mpc] Rising. */
  readonly k: Float64Array;
  /** [(Mpc/h)^3] At least 0. */
  readonly power: Float64Array;
}

/** Amplitudes of modes, with where they come from. */
export interface Amplitudes {
  /** [1] sqrt(P N/V) of the wavenumber, 0 for the mean. */
  readonly table: RadialTable;
  /** Elements of the table that belong to modes. */
  readonly used: Uint32Array;
  /** [h/Mpc] Their wavenumbers. */
  readonly k: Float64Array;
}

/** Largest table over m^2; where it would be larger, one over m takes its place. */
const MOST = 1 << 20;
/** Elements of a table over m: its error is the square of the distance of two over eight times k, 1e-6 and less. */
const POINTS = 1 << 18;

function leastCommonMultiple(mesh: Triple): number {
  const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);
  return mesh.reduce((l, n) => l / divisor(l, n) * n, 1);
}

/** Elements of a table over m^2 that belong to modes other than that of 0. */
function squaresOf(mesh: Triple, common: number, length: number): Uint32Array {
  const seen = new Uint8Array(length);
  const [xs, ys, zs] = mesh.map((n) =>
    Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, i) => (i * common / n) ** 2)
  );
  for (const x of xs) for (const y of ys) for (const z of zs) seen[x + y + z] = 1;
  seen[0] = 0;
  const used = new Uint32Array(seen.reduce((sum, s) => sum + s, 0));
  for (let i = 0, j = 0; i < length; i++) if (seen[i]) used[j++] = i;
  return used;
}

/** Table of the amplitudes of a mesh. */
export function amplitudesOf(power: LinearPower | PowerPoints, meta: Pick<Metadata, "mesh" | "boxSize">): Amplitudes {
  const { mesh } = meta;
  const common = leastCommonMultiple(mesh);
  const square = mesh.reduce((sum, n) => sum + (Math.floor(n / 2) * common / n) ** 2, 0);
  const isExact = square < MOST;
  const step = isExact ? 0 : Math.sqrt(square) / (POINTS - 1);
  const used = isExact
    ? squaresOf(mesh, common, square + 1)
    : Uint32Array.from({ length: POINTS - 1 }, (_, i) => i + 1);
  const unit = 2 * Math.PI / (common * cellSize(meta));
  const k = Float64Array.from(used, (i) => unit * (isExact ? Math.sqrt(i) : i * step));
  const at = powerAt(power, k);
  const values = new Float64Array(isExact ? square + 1 : POINTS);
  const perVolume = cellSize(meta) ** -3;
  used.forEach((i, j) => values[i] = Math.sqrt(at[j] * perVolume));
  return { table: { values, step }, used, k };
}

function powerAt(power: LinearPower | PowerPoints, k: Float64Array): Float64Array {
  if ("cosmology" in power) return k.length > 0 ? matterPower(power, k) : new Float64Array(0);
  checkPoints(power);
  return Float64Array.from(k, (k) => {
    const [i, t] = placeOf(power.k, k);
    return t === 0 ? power.power[i] : power.power[i] + t * (power.power[i + 1] - power.power[i]);
  });
}

/** The point of rising `points` before `k`, and the weight of the next one; the ends go on. */
export function placeOf(points: Float64Array, k: number): [number, number] {
  if (k <= points[0]) return [0, 0];
  const last = points.length - 1;
  if (k >= points[last]) return [last, 0];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle] <= k) low = middle;
    else high = middle;
  }
  return [low, (k - points[low]) / (points[low + 1] - points[low])];
}

function checkPoints({ k, power }: PowerPoints): void {
  if (k.length === 0 || k.length !== power.length) {
    const actual = `${k.length} and ${power.length}`;
    throw new ShapeError(
      `Cannot use points of power: it needs as many k as P, at least 1, got ${actual}`,
      "as many",
      actual,
    );
  }
  const wrong = k.findIndex((k_, i) =>
    !(k_ > (i > 0 ? k[i - 1] : -1) && k_ < Infinity && power[i] >= 0 && power[i] < Infinity)
  );
  if (wrong < 0) return;
  const rule = "k rising and at least 0, P at least 0, both finite";
  const actual = `k = ${k[wrong]}, P = ${power[wrong]} at point ${wrong}`;
  throw new DomainError(`Cannot use points of power: it needs ${rule}, got ${actual}`, rule, actual);
}
