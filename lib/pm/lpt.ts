import { empty } from "../array/mod.ts";
import { checkOneOf, checkRange, DomainError, ShapeError } from "../base/mod.ts";
import type { Cosmology } from "../cosmology/mod.ts";
import { type DensityField, type Metadata, metadata, ParticleField, type RealArray } from "../fields/mod.ts";
import type { LptGrowth } from "./_growth.ts";
import { fillDisplacements, fillSource, paddedMesh, solvePotential, SOURCES } from "./_kernel_lpt.ts";
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
}

/** Potentials of the orders, in padded meshes; `held` gives them back. */
export function potentials(field: DensityField, order: LptOrder, held: DisposableStack): RealArray[] {
  const { array, meta: { mesh } } = field;
  const make = () => held.use(paddedMesh(mesh, array.dtype));
  const first = make();
  solvePotential(mesh, first, { from: array });
  if (order === 1) return [first];
  const solved = (which: number, two?: RealArray) => {
    const made = make();
    fillSource(mesh, which, first, two, made);
    solvePotential(mesh, made, {});
    return made;
  };
  const second = solved(SOURCES.second);
  return order === 2 ? [first, second] : [first, second, solved(SOURCES.thirdA), solved(SOURCES.thirdB, second)];
}

/** Checks the field and gives the growth factors. */
export function factorsOf(field: DensityField, { cosmology, a, order = 2, growth = "exact" }: LptParticlesOptions): LptFactors {
  const { array: { shape }, meta } = field;
  checkOrder(order);
  if (shape.join() !== meta.mesh.join()) {
    const [expected, actual] = [meta.mesh, shape].map((s) => `[${s.join(", ")}]`);
    throw new ShapeError(`Cannot displace particles: the field must have the shape ${expected} of its mesh, got ${actual}`, expected, actual);
  }
  if (typeof growth !== "string") return growth;
  checkOneOf(growth, "growth", ["exact", "einsteinDeSitter"]);
  if (a === "lightcone") return lptLightconeFactors(cosmology, meta, { order, growth });
  return lptFactors(cosmology, { a, order, growth });
}

/**
 * Particles displaced by Lagrangian perturbation theory, one for each cell, for the particle-mesh model.
 */
export function lpt(field: DensityField, options: LptParticlesOptions): Particles {
  const { a, order = 2 } = options;
  const { meta, array: { dtype } } = field;
  const growth = growthTable(factorsOf(field, options), order, meta);
  using held = new DisposableStack();
  using work = new DisposableStack();
  const parts = potentials(field, order, work);
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
