import { empty } from "../array/mod.ts";
import { DomainError, DtypeError, ShapeError } from "../base/mod.ts";
import type { DensityField, RealArray, Triple } from "../fields/mod.ts";
import { type GrowthTable, paddedMesh, type Parts, solvePotential } from "./_kernel_lpt.ts";
import {
  addSourceAdjoint,
  addSpectralSourceAdjoint,
  type Bars,
  fillDivergence,
  fillSecondDerivatives,
  growthAdjoint,
  invertSpectrum,
} from "./_kernel_lpt_adjoint.ts";
import { potentialsOf, spectraOf } from "./_lpt_parts.ts";
import { meshAt } from "./_slab_modes.ts";
import type { LptOrder } from "./field.ts";
import { factorsOf, isSpectral, type LptParticlesOptions } from "./lpt.ts";
import { factorsOfTable, growthTable, type LptFactors } from "./lpt_factors.ts";

/** Derivatives of a loss by what `lpt` gives; at least one of them. */
export interface ParticleBars {
  /** [1/cell] By displacements, `[3, nx, ny, nz]`. */
  displacement?: RealArray;
  /** [1/cell] By momenta, `[3, nx, ny, nz]`. */
  momentum?: RealArray;
}

/** Derivatives of a loss by what `lpt` takes. Give them back with `using` or `dispose()`. */
export class LptGradient implements Disposable {
  /** Takes over the array. */
  constructor(
    /** [1] By the field, `[nx, ny, nz]`. */
    readonly field: RealArray,
    /** [1] By the growth factors, with the rows of these; unless they were not wanted. */
    readonly factors: LptFactors | undefined,
  ) {}

  /** Gives the memory back. */
  dispose(): void {
    this.field.dispose();
  }

  /** As `dispose`; called at the end of the block that declared them with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Options of `lptAdjoint`. */
export interface LptAdjointOptions extends LptParticlesOptions {
  /** Whether derivatives by growth factors are wanted. Default true. */
  factors?: boolean;
}

/** Everything the adjoint of one kind of derivative needs. */
interface Task {
  field: DensityField;
  mesh: Triple;
  order: LptOrder;
  growth: GrowthTable;
  bars: Bars;
  out: RealArray;
}

/**
 * Adjoint of `lpt`: from the derivatives of a loss by displacements and momenta those by the field and by the growth factors.
 * Potentials are made again, not kept. With L for the solution of `laplace phi = S`, which is its own adjoint, and h for
 * second derivatives of phi,
 *
 *     bar phi_n = sum_i d_i (e_n bar x_i + g_n bar p_i) + sum_ij d_i d_j T_ij
 *     bar S_n = L bar phi_n
 *
 * where T comes from the sources that phi_n is in: `bar S_2 (tr h - h)` for phi_1 at second order.
 *
 * Eight transforms at second order, six without factors (`lpt`: four), which takes 2.5 to 2.9 and 2.1 times as long as `lpt`.
 * Memory besides the arguments and the result: 12, 20 and 33 bytes for each cell by order ("spectral": 12, 37 and 70); in
 * float64, twice that.
 *
 * @param field The field that `lpt` had.
 * @param bars Derivatives by displacements and momenta, in the field's precision.
 * @param options Those of `lpt`, and whether derivatives by factors are wanted.
 * @throws {ShapeError} {DtypeError} for arrays of another shape or precision; {DomainError} without any, or as `lpt`;
 * {MemoryError} without room.
 * @example The sum of squares of displacements
 * ```ts
 * import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { gaussianInitialConditions, lpt, lptAdjoint } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const box = { mesh: [16, 16, 16], boxSize: [100, 100, 100] } as const;
 * using field = gaussianInitialConditions(linearPower(planck18), { ...box, key: 0 });
 * const options = { cosmology: planck18, a: 0.5, order: 2 } as const;
 * using particles = lpt(field, options);
 * // The derivative of sum x^2/2 by x is x.
 * using gradient = lptAdjoint(field, { displacement: particles.displacement.array }, options);
 * console.log(gradient.field.shape, gradient.factors?.displacement);
 * ```
 */
export function lptAdjoint(field: DensityField, bars: ParticleBars, options: LptAdjointOptions): LptGradient {
  const { order = 2, derivative = "finiteDifference", factors: wantsFactors = true } = options;
  const { meta, array: { dtype } } = field;
  const factors = factorsOf(field, options);
  const both = checkBars(bars, meta.mesh, dtype);
  const growth = withoutMissing(growthTable(factors, order, meta), bars);
  using held = new DisposableStack();
  const out = held.use(empty(meta.mesh, dtype) as RealArray);
  const task: Task = { field, mesh: meta.mesh, order, growth, bars: both, out };
  const run = isSpectral(derivative) ? spectralAdjoint : differencesAdjoint;
  const ofTable = run(task, wantsFactors);
  held.move();
  return new LptGradient(
    out,
    ofTable && factorsOfTable(withoutMissing({ ...growth, table: ofTable }, bars), factors.step),
  );
}

/** Derivatives in place of those that are missing, to which `withoutMissing` gives factors of 0. */
function checkBars({ displacement, momentum }: ParticleBars, mesh: Triple, dtype: string): Bars {
  const operation = "go back through displacements";
  const given = displacement ?? momentum;
  if (!given) {
    const rule = `"displacement" or "momentum"`;
    throw new DomainError(`Cannot ${operation}: give derivatives by ${rule}, got neither`, rule, "neither");
  }
  const shape = `[3, ${mesh.join(", ")}]`;
  for (const bar of [displacement ?? given, momentum ?? given]) {
    const actual = `[${bar.shape.join(", ")}]`;
    if (actual !== shape) {
      throw new ShapeError(`Cannot ${operation}: derivatives must have shape ${shape}, got ${actual}`, shape, actual);
    }
    if (bar.dtype !== dtype) {
      const message = `Cannot ${operation}: derivatives must be ${dtype} as the field, got ${bar.dtype}`;
      throw new DtypeError(message, dtype, bar.dtype);
    }
  }
  return [displacement ?? given, momentum ?? given];
}

function withoutMissing(growth: GrowthTable, { displacement, momentum }: ParticleBars): GrowthTable {
  if (displacement && momentum) return growth;
  const { parts } = growth;
  const isKept = (column: number) => column % (2 * parts) < parts ? displacement : momentum;
  return { ...growth, table: growth.table.map((v, i) => isKept(i) ? v : 0) };
}

function differencesAdjoint({ field, mesh, order, growth, bars, out }: Task, wantsFactors: boolean) {
  using held = new DisposableStack();
  const make = () => held.use(paddedMesh(mesh, out.dtype));
  // Of the second potential the third order needs second derivatives.
  const needed = wantsFactors ? order : order === 3 ? 2 : 1;
  const isFirstNeeded = wantsFactors || order > 1;
  const potentials: Parts = isFirstNeeded ? potentialsOf(field, needed, held) : { parts: [] };
  const [one, two, ...third] = potentials.parts;
  const factors = wantsFactors ? growthAdjoint(mesh, potentials, growth, bars) : undefined;
  third.forEach((mesh) => mesh.dispose());
  if (order === 2) two?.dispose();
  const work = held.use(paddedMesh(mesh, out.dtype, order > 1 ? 2 : 1));
  const divergence = (part: number) => {
    const made = make();
    fillDivergence(mesh, false, part, growth, bars, meshAt(work, 0), made);
    return made;
  };
  const solved = (mesh_: RealArray) => {
    solvePotential(mesh, mesh_, {});
    return mesh_;
  };
  const [a, b] = order === 3 ? [solved(divergence(2)), solved(divergence(3))] : [];
  const second = order > 1 ? divergence(1) : undefined;
  if (b) addSourceAdjoint(mesh, one, { second: b, factor: 0.5 }, work, second!);
  if (second) solved(second);
  const first = divergence(0);
  if (second) {
    const third = a && b ? [a, b, two] as const : undefined;
    addSourceAdjoint(mesh, one, { second, factor: 1, third }, work, first);
  }
  solvePotential(mesh, first, { out });
  return factors;
}

function spectralAdjoint({ field, mesh, order, growth, bars, out }: Task, wantsFactors: boolean) {
  using held = new DisposableStack();
  const sources = spectraOf(field, wantsFactors ? order : order === 3 ? 2 : 1, held);
  const { parts: [one, two, ...third], work } = sources;
  const factors = wantsFactors ? growthAdjoint(mesh, sources, growth, bars) : undefined;
  third.forEach((spectrum) => spectrum.dispose());
  if (order === 2) two?.dispose();
  const six = (source: RealArray) => {
    const made = held.use(paddedMesh(mesh, out.dtype, 6));
    fillSecondDerivatives(mesh, source, made);
    source.dispose();
    return made;
  };
  const divergence = (part: number) => {
    const made = held.use(paddedMesh(mesh, out.dtype));
    fillDivergence(mesh, true, part, growth, bars, work, made);
    return made;
  };
  const inverted = (spectrum: RealArray) => {
    invertSpectrum(mesh, spectrum);
    return spectrum;
  };
  const ofOne = order > 1 ? six(one) : undefined;
  const ofTwo = order === 3 ? six(two) : undefined;
  const [a, b] = order === 3 ? [inverted(divergence(2)), inverted(divergence(3))] : [];
  const second = order > 1 ? divergence(1) : undefined;
  if (b) addSpectralSourceAdjoint(mesh, ofOne!, { second: b, factor: 0.5 }, work, second!);
  if (second) inverted(second);
  const first = divergence(0);
  if (second) {
    const third = a && b && ofTwo ? [a, b, ofTwo] as const : undefined;
    addSpectralSourceAdjoint(mesh, ofOne!, { second, factor: 1, third }, work, first);
  }
  invertSpectrum(mesh, first, out);
  return factors;
}
