import { empty } from "../array/mod.ts";
import { checkOneOf, ShapeError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import { type DensityField, type Metadata, metadata, ParticleField, type RealArray } from "../fields/mod.ts";
import type { LptGrowth } from "./_growth.ts";
import { fillDisplacements } from "./_kernel_lpt.ts";
import { type LptDerivative, potentialsOf, spectraOf } from "./_lpt_parts.ts";
import type { LptOrder } from "./field.ts";
import { checkOrder, growthTable, type LptFactors, lptFactors, lptLightconeFactors } from "./lpt_factors.ts";
import { Particles } from "./particles.ts";

/** Options of `lpt`. */
export interface LptParticlesOptions {
  /** Parameters of the universe. */
  cosmology: Cosmology;
  /** [1] Scale factor; or "lightcone": for each particle that of the time at which light left its lattice site. */
  a: number | "lightcone";
  /** [1] 1 (Zel'dovich approximation), 2 or 3. Default 2. */
  order?: LptOrder;
  /** Growth of the higher orders, or all factors. Default "exact". */
  growth?: LptGrowth | LptFactors;
  /**
   * Derivatives: "finiteDifference" between cells, of fourth order, as the forces of the particle-mesh model take them; or
   * "spectral", exact for each mode. Default "finiteDifference".
   */
  derivative?: LptDerivative;
}

/** Checks the field and gives the growth factors. */
export function factorsOf({ array: { shape }, meta }: DensityField, options: LptParticlesOptions): LptFactors {
  if (shape.join() !== meta.mesh.join()) {
    const [expected, actual] = [meta.mesh, shape].map((s) => `[${s.join(", ")}]`);
    throw new ShapeError(
      `Cannot displace particles: the field must have the shape ${expected} of its mesh, got ${actual}`,
      expected,
      actual,
    );
  }
  return factorsIn(meta, options);
}

/** Growth factors of particles of a box. */
export function factorsIn(
  meta: Metadata,
  { cosmology, a, order = 2, growth = "exact" }: LptParticlesOptions,
): LptFactors {
  checkOrder(order);
  if (typeof growth !== "string") return growth;
  checkOneOf(growth, "growth", ["exact", "einsteinDeSitter"]);
  if (a === "lightcone") return lptLightconeFactors(cosmology, meta, { order, growth });
  return lptFactors(cosmology, { a, order, growth });
}

/** Checks how derivatives are to be taken. */
export function isSpectral(derivative: LptDerivative): boolean {
  return checkOneOf(derivative, "derivative", ["finiteDifference", "spectral"]) === "spectral";
}

/**
 * Particles displaced by Lagrangian perturbation theory, one for each cell of a mesh of any three lengths, for the
 * particle-mesh model. With potentials `laplace phi_n = S_n` of the sources of `lagrangianDisplacements`, in cells,
 *
 *     x - q = -sum e_n grad phi_n          e_n = D1, -D2, D3a, D3b
 *     p = a^2 dx/dt / H0 = -sum g_n grad phi_n    g_n = a^2 E dln D_n/dln a e_n
 *
 * Potentials are exact for each mode. By "finiteDifference" all derivatives, those in sources too, are
 * `(8 (f(+1) - f(-1)) - (f(+2) - f(-2)))/12` between cells, i (8 sin k - sin 2k)/6 for k [rad/cell]: what the forces of the
 * particle-mesh model are made with (JaxPM, FastPM). They weaken waves of few cells: by 1 % at 6.4 cells a wave, 3 % at 4.7.
 * They take two transforms an order (order 3: eight in all), where "spectral" takes 4, 14 and 28.
 *
 * On the light cone each particle gets the growth of the time at which light from its lattice site reaches the observer,
 * from a table of 1024 distances (`lptLightconeFactors`); its momentum goes with that time, and `a` of the particles is NaN.
 *
 * Memory besides the field: 28, 32 and 40 bytes for each cell by order, the 24 of the particles among them ("spectral": 32, 36
 * and 54). In float64, twice that.
 *
 * @param field Linear overdensity at a = 1, on a mesh that has the shape of its array.
 * @param options Universe, time, order, growth, derivatives.
 * @returns Displacements from the lattice sites, the nodes, and momenta.
 * @throws {DomainError} for a scale factor, an order or a choice that is none, or factors that are not those of the order;
 * {ShapeError} for a stack of fields; {MemoryError} without room.
 * @example
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { gaussianInitialConditions, lpt } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const box = { mesh: [32, 32, 16], boxSize: [200, 200, 100] } as const;
 * using field = gaussianInitialConditions(linearPower(planck18), { ...box, key: 0 });
 * using particles = lpt(field, { cosmology: planck18, a: 0.1, order: 2 });
 * console.log(particles.displacement.array.shape); // [3, 32, 32, 16]
 * using lightcone = lpt(field, { cosmology: planck18, a: "lightcone", order: 1 });
 * ```
 */
export function lpt(field: DensityField, options: LptParticlesOptions): Particles {
  const { a, order = 2, derivative = "finiteDifference" } = options;
  const { meta, array: { dtype } } = field;
  const growth = growthTable(factorsOf(field, options), order, meta);
  using held = new DisposableStack();
  using work = new DisposableStack();
  const parts = (isSpectral(derivative) ? spectraOf : potentialsOf)(field, order, work);
  const make = () => held.use(empty([3, ...meta.mesh], dtype) as RealArray);
  const [displacement, momentum] = [make(), make()];
  fillDisplacements(meta.mesh, parts, growth, displacement, momentum);
  const status = (["lpt1", "lpt2", "lpt3"] as const)[order - 1];
  const scaleFactors = a === "lightcone" ? undefined : Float64Array.of(a);
  const own: Metadata = metadata({ ...meta, status, scaleFactors });
  const particles = new Particles(
    new ParticleField(displacement, own, "gridRelative"),
    new ParticleField(momentum, own, "gridRelative"),
    a === "lightcone" ? NaN : a,
  );
  held.move();
  return particles;
}
