import { empty } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import type { Cosmology, LinearPower } from "../cosmology/mod.ts";
import { fillSources, type Spectrum } from "./_kernel.ts";

/** Orders of Lagrangian perturbation theory. */
export type LptOrder = 1 | 2 | 3;

/**
 * A linear overdensity on a mesh, scaled to today (growth 1), as its half spectrum, with what Lagrangian perturbation
 * theory derives from it. Made by `initialField`; give it back with `using` or `dispose()`.
 *
 * It holds 4 bytes for each cell, 8 once the sources of second order have been asked for, and 16 with those of third order;
 * to make those takes 24 more (third order: 36) for a while. In float64, twice that.
 */
export class InitialField implements Disposable {
  #sources: Spectrum[];

  /** Takes over the spectrum. `initialField` checks; this does not. */
  constructor(
    /** Power spectrum and cosmology. */
    readonly linear: LinearPower,
    /** [Mpc/h] Side of the periodic box. */
    readonly boxSize: number,
    /** delta_k of today, `[cells, cells, cells/2 + 1]`, of an unnormalised forward transform. */
    readonly spectrum: Spectrum,
  ) {
    this.#sources = [spectrum];
  }

  /** [1] Cells along one axis. */
  get cells(): number {
    return this.spectrum.shape[0];
  }

  /** Parameters of the universe. */
  get cosmology(): Cosmology {
    return this.linear.cosmology;
  }

  /** Precision of the meshes that are made from the field. */
  get dtype(): "float32" | "float64" {
    return this.spectrum.dtype === "complex64" ? "float32" : "float64";
  }

  /**
   * Half spectra of the sources of displacement, which do not depend on time: S1 (the field itself), S2, S3a, S3b (see
   * `lagrangianDisplacements`), computed when first asked for and kept until the field is disposed of.
   *
   * @param order [1] 1, 2 or 3: one, two or four spectra.
   * @throws {DomainError} for another order; {MemoryError} without room.
   */
  sources(order: LptOrder): readonly Spectrum[] {
    if (![1, 2, 3].includes(order)) {
      throw new DomainError(`Cannot use "order": it must be 1, 2 or 3, got ${order}`, "1, 2 or 3", String(order));
    }
    const count = [1, 2, 4][order - 1];
    if (this.#sources.length < count) {
      const { shape, dtype } = this.spectrum;
      using made = new DisposableStack();
      const make = () => made.use(empty(shape, dtype) as Spectrum);
      const second = make();
      const third: [Spectrum, Spectrum] | undefined = order === 3 ? [make(), make()] : undefined;
      fillSources(this.spectrum, second, third);
      this.#sources.slice(1).forEach((s) => s.dispose());
      this.#sources = [this.spectrum, second, ...third ?? []];
      made.move();
    }
    return this.#sources.slice(0, count);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#sources.forEach((s) => s.dispose());
    this.#sources = [this.spectrum];
  }

  /** As `dispose`; called at the end of the block that declared the field with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
