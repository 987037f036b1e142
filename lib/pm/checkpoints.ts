import { checkInteger } from "../base/mod.ts";
import type { Particles } from "./particles.ts";

/**
 * Copies of a run's particles on its way, for `evolveAdjoint`: of the beginning, and of every so many steps. With the
 * correction "pgd" they are needed, as its steps cannot be taken back; otherwise they stop the growth of rounding, which few
 * runs need. Give them back with `using` or `dispose()`.
 *
 * Memory: 24 bytes a particle for each (float64: 48).
 *
 * @example
 * ```ts
 * import { zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { metadata, ParticleField } from "@cosmesh/cosmesh/fields";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { Checkpoints, evolve, Particles } from "@cosmesh/cosmesh/pm";
 * await ready();
 * const meta = metadata({ mesh: [16, 16, 16], boxSize: [100, 100, 100], status: "lpt1" });
 * const still = () => new ParticleField(zeros([3, 16, 16, 16], "float32"), meta, "gridRelative");
 * using particles = new Particles(still(), still(), 0.1);
 * using checkpoints = new Checkpoints(particles, { every: 5 });
 * evolve(particles, { cosmology: planck18, onStep: checkpoints.onStep });
 * ```
 */
export class Checkpoints implements Disposable {
  readonly #saved = new Map<number, Particles>();

  /**
   * Copies the particles, at the beginning of the run.
   *
   * @param particles Those that the run changes.
   * @param options `every`: [step] how many steps from one copy to the next. Default 1.
   * @throws {MemoryError} without room.
   */
  constructor(particles: Particles, { every = 1 }: { every?: number } = {}) {
    checkInteger(every, "every", 1);
    this.#saved.set(0, particles.copy());
    this.onStep = (done, all) => {
      if (done % every === 0 && done < all) this.#saved.set(done, particles.copy());
    };
  }

  /** For the option of that name of `evolve`. */
  readonly onStep: (done: number, all: number) => void;

  /** The particles after so many steps, if they were kept. */
  get(step: number): Particles | undefined {
    return this.#saved.get(step);
  }

  /** [step] The last copy of at most so many steps. */
  last(step: number): number {
    return Math.max(...[...this.#saved.keys()].filter((saved) => saved <= step));
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#saved.forEach((saved) => saved.dispose());
    this.#saved.clear();
  }

  /** As `dispose`; called at the end of the block that declared the checkpoints with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
