/**
 * Accuracy of cosmology.
 *
 * @module
 */
import * as C from "../../lib/cosmology/mod.ts";
import { type AccuracyRow, errorsOf, type Python } from "./_table.ts";

export const title = "Cosmology";
export const about =
  "Five universes: flat, open, closed with w0 = -0.9 and wa = 0.3, flat with w0 = -1.1 and wa = -0.5, and with radiation. " +
  "The growth of higher order is compared with another integrator in float64, whose error is about that shown. " +
  "Halos have BEoRN's default parameters.";

/** What cosmology_reference.py writes. */
export interface CosmologyReference {
  z: number[];
  universes: Record<string, {
    parameters: C.CosmologyOptions;
    integrals: Record<"distance" | "transverse" | "volume" | "lookback" | "age" | "hubble", number[]>;
    growth: { z: number[]; values: number[][]; today: number[] };
  }>;
  flatGrowth: { growth: number[]; early: number; rate: number[] };
  collapse: { z: number[]; flat: number[]; open: number[] };
  k: number[];
  transfer: Record<C.TransferModel, number[]>;
  variance: Record<
    C.TransferModel,
    { radii: number[]; windows: Record<C.SmoothingWindow, Record<"sigma" | "slope", number[]>> }
  >;
  /** With BEoRN's default parameters. */
  halos: {
    k: number[];
    power: Record<C.TransferModel, number[]>;
    z: number[];
    masses: number[];
    /** By redshift. */
    functions: Record<C.SmoothingWindow, Record<"pressSchechter" | "shethTormen" | "ellipsoidal", number[][]>>;
    /** At z = 7, of masses below that of the environment. */
    conditional: { environment: number; delta: number[]; values: number[][] };
  };
}

/** Ours beside the reference, by name. */
export function compare(reference: CosmologyReference): AccuracyRow[] {
  const rows: AccuracyRow[] = [];
  const row = (
    name: string,
    domain: string,
    source: string,
    bound: number,
    pairs: [number[] | Float64Array, number[]][],
  ) => {
    const [ours, exact] = [0, 1].map((i) => pairs.flatMap((pair) => Array.from(pair[i])));
    rows.push({ name, domain, reference: source, bound, ...errorsOf(ours, exact) });
  };
  const digits = "mpmath, 30 digits";
  const all = Object.values(reference.universes).map((u) => ({ ...u, c: C.cosmology(u.parameters) }));
  const z = Float64Array.from(reference.z);
  const range = "z = 1e-7 to 1e6";
  const integrals = [
    ["hubble", C.hubble, "hubble"],
    ["comovingDistance", C.comovingDistance, "distance"],
    ["transverseComovingDistance", C.transverseComovingDistance, "transverse"],
    ["comovingVolume", C.comovingVolume, "volume"],
    ["lookbackTime", C.lookbackTime, "lookback"],
    ["age", C.age, "age"],
  ] as const;
  for (const [name, f, key] of integrals) {
    row(name, range, digits, 2e-13, all.map(({ c, integrals }) => [f(c, z), integrals[key]]));
  }
  const inverted = all.map(({ c, integrals }): [Float64Array, number[]] => {
    const distances = Float64Array.from(integrals.distance.slice(0, 6));
    return [C.redshiftAtComovingDistance(c, distances), reference.z.slice(0, 6)];
  });
  row("redshiftAtComovingDistance", "z = 1e-7 to 1100", digits, 1e-11, inverted);
  const flat = C.cosmology(reference.universes.flat.parameters);
  row("growthFactor", `flat, ${range}`, "mpmath, hypergeometric", 1e-12, [[
    C.growthFactor(flat, z),
    reference.flatGrowth.growth,
  ]]);
  row("growthRate", `flat, ${range}`, "mpmath, hypergeometric", 1e-12, [[
    C.growthRate(flat, z),
    reference.flatGrowth.rate,
  ]]);
  (["1", "2", "3a", "3b"] as const).forEach((order, i) => {
    const values = all.map(({ c, growth }): [Float64Array, number[]] => {
      const at = Float64Array.from(growth.z);
      return [C.growthFactor(c, at, { order, normalization: "early" }), growth.values[2 * i]];
    });
    row(`growthFactor, order ${order}`, "z = 1e-7 to 1100", "SciPy, DOP853", 1e-12, values);
    const rates = all.map(({ c, growth }): [Float64Array, number[]] => {
      const at = Float64Array.from(growth.z);
      return [C.growthRate(c, at, { order }), growth.values[2 * i + 1].map((v, j) => v / growth.values[2 * i][j])];
    });
    row(`growthRate, order ${order}`, "z = 1e-7 to 1100", "SciPy, DOP853", 1e-12, rates);
  });
  const open = C.cosmology(reference.universes.open.parameters);
  const at = Float64Array.from(reference.collapse.z);
  row("criticalOverdensity", "flat and open, z = 0 to 9", digits, 1e-12, [
    [C.criticalOverdensity(flat, at), reference.collapse.flat],
    [C.criticalOverdensity(open, at), reference.collapse.open],
  ]);
  const universe = C.cosmology({ ...reference.universes.flat.parameters, ns: 0.9665, tCmb: 2.726, sigma8: 1 });
  const k = Float64Array.from(reference.k);
  for (const transfer of ["eisensteinHu", "eisensteinHuNoWiggle"] as const) {
    row(`transferFunction, ${transfer}`, "k = 1e-4 to 100 h/Mpc", "NumPy, from the paper", 1e-11, [[
      C.transferFunction(universe, k, { transfer }),
      reference.transfer[transfer],
    ]]);
    const linear = C.linearPower(universe, { transfer });
    const { radii, windows } = reference.variance[transfer];
    const r = Float64Array.from(radii);
    for (const window of ["topHat", "sharpK", "smoothK", "gaussian"] as const) {
      const { sigma, slope } = windows[window];
      row(`sigmaR, ${window}, ${transfer}`, "R = 0.001 to 500 Mpc/h", "NumPy, 800000 points", 1e-8, [[
        C.sigmaR(linear, r, { window }),
        sigma,
      ]]);
      const ours = C.dlnSigmaDlnM(linear, C.radiusToMass(universe, r), { window }).map((s) => 3 * s);
      row(`3 dlnSigmaDlnM, ${window}, ${transfer}`, "R = 0.001 to 500 Mpc/h", "NumPy, 800000 points", 1e-6, [[
        ours,
        slope,
      ]]);
    }
  }
  const { halos } = reference;
  const masses = Float64Array.from(halos.masses);
  for (const transfer of ["eisensteinHu", "eisensteinHuNoWiggle"] as const) {
    const linear = C.linearPower(C.beornCosmology, { transfer });
    row(`matterPower, ${transfer}`, "k = 0.001 to 50 h/Mpc", "NumPy, 800000 points", 1e-9, [[
      C.matterPower(linear, Float64Array.from(halos.k)),
      halos.power[transfer],
    ]]);
  }
  const linear = C.linearPower(C.beornCosmology, { transfer: "eisensteinHuNoWiggle" });
  const where = "z = 0, 7, 12, M = 1e6 to 1e13 M_sun/h";
  for (const window of ["topHat", "sharpK", "smoothK", "gaussian"] as const) {
    const pairs = (["pressSchechter", "shethTormen", "ellipsoidal"] as const).flatMap((model) =>
      halos.z.map((z, i): [Float64Array, number[]] => [
        C.massFunction(linear, masses, { model, window, z }),
        halos.functions[window][model][i],
      ])
    );
    row(`massFunction, ${window}, three models`, where, "NumPy, from the papers", 1e-9, pairs);
  }
  const { environment, delta, values } = halos.conditional;
  const options = { environmentMass: environment, z: 7 };
  row("conditionalMassFunction", "z = 7, M = 1e6 to 1e11 M_sun/h", "NumPy, from the papers", 1e-9, [[
    C.conditionalMassFunction(linear, masses.filter((m) => m < environment), Float64Array.from(delta), options),
    values.flat(),
  ]]);
  return rows;
}

/** Measures. */
export async function measure(python: Python): Promise<AccuracyRow[]> {
  return compare(await python("cosmology_reference.py") as CosmologyReference);
}
