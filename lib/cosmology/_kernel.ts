import { ConvergenceError, DomainError } from "../base/mod.ts";
import { call } from "../kernel/mod.ts";

/** Parameters of the background: matter, dark energy, curvature, radiation, w0, wa. */
export type Background = Float64Array;

/** A quantity of the background by its number in `kernels/cosmology/src/background.rs`. */
export function quantity(b: Background, which: number, z: Float64Array, out: Float64Array): void {
  call("background", (k, a) => k.cosmology_quantity(a.in(b), which, a.in(z), z.length, a.out(out)));
}

/** Most times that the pieces of a table are halved. */
const HALVINGS = 5;

/** Piecewise polynomials of distance, lookback time and age. */
export function makeIntegrals(b: Background): Float64Array {
  let table = new Float64Array();
  call("table of distances", (k, a) => {
    const room = k.cosmology_table_length(HALVINGS, 3) >>> 0;
    const whole = a.scratch(Float64Array, room);
    const status = k.cosmology_integrals(a.in(b), room, whole.byteOffset);
    if (status === 2) {
      const rule = "E^2 above 0 for all z >= 0";
      throw new DomainError(
        `Cannot integrate the expansion: these densities need ${rule}, but the universe turns round; change them`,
        rule,
        Array.from(b).join(", "),
      );
    }
    if (status === 3) {
      throw new ConvergenceError(
        "Cannot integrate the expansion: it changes too fast somewhere, as E^2 comes close to 0; change the densities",
        HALVINGS,
        NaN,
        1e-13,
      );
    }
    if (status === 0) {
      // Three numbers of head, then start and 12 terms of each of three columns.
      table = whole.slice(0, 3 + 39 * whole[1]);
    }
    return status;
  });
  return table;
}

/** Piecewise polynomials of growth, with as many pieces as a table of integrals has. */
export function makeGrowth(b: Background, integrals: Float64Array): Float64Array {
  const pieces = integrals[1];
  // A table is three numbers of head, then its columns.
  const table = new Float64Array(3 + (integrals.length - 3) / 3 * 8);
  call("table of growth", (k, a) => k.cosmology_growth(a.in(b), pieces, table.length, a.out(table)));
  return table;
}

/** A column of a table at redshifts. */
export function lookUp(table: Float64Array, column: number, z: Float64Array, out: Float64Array): void {
  call(
    "look-up",
    (k, a) => k.cosmology_look_up(a.in(table), table.length, column, a.in(z), z.length, a.out(out)),
  );
}

/** Ratio of two columns at redshifts. */
export function ratio(table: Float64Array, above: number, below: number, z: Float64Array, out: Float64Array): void {
  call(
    "look-up",
    (k, a) => k.cosmology_ratio(a.in(table), table.length, above, below, a.in(z), z.length, a.out(out)),
  );
}

/** Redshifts at which a column has values, NaN where it never has. */
export function inverse(table: Float64Array, column: number, values: Float64Array, out: Float64Array): void {
  call(
    "inverse look-up",
    (k, a) => k.cosmology_inverse(a.in(table), table.length, column, a.in(values), values.length, a.out(out)),
  );
}

/** Transverse distances, or volumes, of comoving distances in c/H0. */
export function curved(b: Background, volume: boolean, d: Float64Array, out: Float64Array): void {
  call("curved space", (k, a) => k.cosmology_curved(a.in(b), Number(volume), a.in(d), d.length, a.out(out)));
}

/** Critical overdensities at ages in 1/H0 with the growing mode there. */
export function collapse(b: Background, ages: Float64Array, growth: Float64Array, out: Float64Array): void {
  call(
    "spherical collapse",
    (k, a) => k.cosmology_collapse(a.in(b), a.in(ages), a.in(growth), ages.length, a.out(out)),
  );
}

/** Transfer function; `p`: h, Omega_m, Omega_b, T_cmb. */
export function transferOf(p: Float64Array, smooth: boolean, x: Float64Array, out: Float64Array): void {
  call("transfer function", (k, a) => k.cosmology_transfer(a.in(p), Number(smooth), a.in(x), x.length, a.out(out)));
}

/** `amplitude k^index T^2`. */
export function powerOf(
  x: Float64Array,
  transfer: Float64Array,
  amplitude: number,
  index: number,
  out: Float64Array,
): void {
  call(
    "linear power",
    (k, a) => k.cosmology_power(a.in(x), a.in(transfer), x.length, amplitude, index, a.out(out)),
  );
}

const ELEMENTARY = ["log", "exp", "cbrt", "twoThirds"] as const;

/** Logarithm, exponential, cube root or power 2/3 of all elements, whose bits do not depend on the host. */
export function elementary(which: (typeof ELEMENTARY)[number], x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  call(which, (k, a) => k.cosmology_elementary(ELEMENTARY.indexOf(which), a.in(x), x.length, a.out(out)));
  return out;
}

/** Wavenumbers at which integrals over k need the power. */
export function integrationNodes(): Float64Array {
  let nodes = new Float64Array();
  call("nodes", (k, a) => {
    nodes = new Float64Array(k.cosmology_node_count() >>> 0);
    k.cosmology_nodes(a.out(nodes));
  });
  return nodes;
}

/** sigma^2 and its derivative by ln R; the power is that at the nodes. */
export function variance(
  { k: nodes, power }: { k: Float64Array; power: Float64Array },
  window: number,
  beta: number,
  r: Float64Array,
): { sigma2: Float64Array; slope: Float64Array } {
  const out = { sigma2: new Float64Array(r.length), slope: new Float64Array(r.length) };
  call("variance", (k, a) => {
    const spectrum = [a.in(nodes), a.in(power)] as const;
    k.cosmology_variance(...spectrum, window, beta, a.in(r), r.length, a.out(out.sigma2), a.out(out.slope));
  });
  return out;
}

/** f(sigma); `p`: delta_c, z, overdensity, Omega_m(z). */
export function multiplicity(kind: number, p: Float64Array, sigma: Float64Array): Float64Array {
  const out = new Float64Array(sigma.length);
  call("mass function", (k, a) => k.cosmology_multiplicity(kind, a.in(p), a.in(sigma), sigma.length, a.out(out)));
  return out;
}

/** Linear bias. */
export function biasOf(kind: number, deltaC: number, overdensity: number, sigma: Float64Array): Float64Array {
  const out = new Float64Array(sigma.length);
  call("bias", (k, a) => k.cosmology_bias(kind, deltaC, overdensity, a.in(sigma), sigma.length, a.out(out)));
  return out;
}

/** Conditional mass function, `[mass, delta]`. */
export function conditionalOf(
  masses: { sigma2: Float64Array; slope: Float64Array; scale: Float64Array },
  environment: number,
  deltaC: number,
  delta: Float64Array,
): Float64Array {
  const n = masses.sigma2.length;
  const out = new Float64Array(n * delta.length);
  call("conditional mass function", (k, a) => {
    const columns = [a.in(masses.sigma2), a.in(masses.slope), a.in(masses.scale)] as const;
    k.cosmology_conditional(...columns, n, environment, deltaC, a.in(delta), delta.length, a.out(out));
  });
  return out;
}

/** Running integral of Thomson scattering. */
export function scattering(
  b: Background,
  z: Float64Array,
  x: Float64Array,
  helium: number,
  second: number,
): Float64Array {
  const out = new Float64Array(z.length);
  call(
    "optical depth",
    (k, a) => k.cosmology_scattering(a.in(b), a.in(z), a.in(x), z.length, helium, second, a.out(out)),
  );
  return out;
}
