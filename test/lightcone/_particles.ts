import { fromData, zeros } from "../../lib/array/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { type Metadata, metadata, ParticleField, type Triple } from "../../lib/fields/mod.ts";
import { lightconeShells, type RealArray, type Shells } from "../../lib/lightcone/mod.ts";

/** The displacements and weights of `reference/shells.py`, for any lattice. */
export function displaced(
  mesh: Triple = [16, 16, 16],
  { cell = 10, observer = [0.5, 0.5, 0.5], dtype = "float64", reach = 2.5 }: {
    cell?: number;
    observer?: Triple;
    dtype?: "float32" | "float64";
    reach?: number;
  } = {},
): { particles: ParticleField; weights: RealArray; meta: Metadata } {
  const meta = metadata({ mesh, boxSize: mesh.map((n) => n * cell) as unknown as Triple, observer });
  const count = mesh[0] * mesh[1] * mesh[2];
  const data = Float64Array.from(
    { length: 3 * count },
    (_, i) => (i * 7919 + 104729) % 10007 / 10007 * 2 * reach - reach,
  );
  const weights = Float64Array.from({ length: count }, (_, i) => 0.5 + i * 31 % 97 / 97);
  return {
    particles: new ParticleField(fromData(data, [3, ...mesh], dtype) as RealArray, meta, "gridRelative"),
    weights: fromData(weights, mesh, dtype) as RealArray,
    meta,
  };
}

/** Particles on their lattice. */
export function lattice(meta: Metadata): ParticleField {
  return new ParticleField(zeros([3, ...meta.mesh], "float64") as RealArray, meta, "gridRelative");
}

/** Shells between edges [Mpc/h]. */
export function between(meta: Metadata, edges: readonly number[]): Shells {
  const centers = edges.slice(1).map((e, i) => 0.5 * (e + edges[i]));
  return lightconeShells(meta, { cosmology: planck18, centers, widths: edges.slice(1).map((e, i) => e - edges[i]) });
}

/** Numbers without a pattern, up to `size`. */
export function noise(shape: readonly number[], seed: number, size: number): RealArray {
  const count = shape.reduce((p, n) => p * n, 1);
  const data = Float64Array.from(
    { length: count },
    (_, i) => ((i * 104_729 + seed * 7907) % 10_009 / 10_009 * 2 - 1) * size,
  );
  return fromData(data, shape, "float64") as RealArray;
}
