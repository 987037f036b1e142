import { fromData } from "../../lib/array/mod.ts";
import {
  DensityField,
  FlatField,
  metadata,
  type MetadataParts,
  ParticleField,
  SphericalField,
} from "../../lib/fields/mod.ts";

/** Mesh and box of all fields of these tests: cells of 10 Mpc/h. */
export const BOX = { mesh: [2, 3, 4], boxSize: [20, 30, 40] } as const;

/** 1, 2, 3, ... in an array of a shape. */
export function counted(shape: number[], dtype: "float32" | "float64" = "float64") {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(Array.from({ length: size }, (_, i) => i + 1), shape, dtype);
}

/** Metadata of two shells. */
export const SHELLS = {
  scaleFactors: Float64Array.of(0.8, 0.5),
  centers: Float64Array.of(5, 15),
  widths: Float64Array.of(10, 10),
};

/** Two meshes. */
export const meshes = (parts: Partial<MetadataParts> = SHELLS) =>
  new DensityField(counted([2, 2, 3, 4]), metadata({ ...BOX, ...parts, status: "lightcone" }), "counts");
/** Two sets of particles. */
export const particles = (dtype: "float32" | "float64" = "float64") =>
  new ParticleField(counted([2, 3, 2, 3, 4], dtype), metadata({ ...BOX, ...SHELLS, status: "lpt2" }), "gridRelative");
/** Two flat maps. */
export const flat = () =>
  new FlatField(counted([2, 2, 3]), metadata({ ...BOX, ...SHELLS, fieldSize: [4, 6] }), "density");
/** Two HEALPix maps of nside 1. */
export const sphere = () => new SphericalField(counted([2, 12], "float32"), metadata({ ...BOX, ...SHELLS }), "density");
