/**
 * Pictures of shells: maps of the sphere, slabs, slices of the box.
 *
 * @module
 */
import { NdArray } from "../../lib/array/mod.ts";
import type { DensityField, FlatField, SphericalField } from "../../lib/fields/mod.ts";
import { planeFigure } from "../../lib/plot/mod.ts";
import { project } from "../../lib/sphere/mod.ts";
import { some } from "../figures.ts";
import type { NamedFigure } from "./figures.ts";

/** Shells that are drawn. */
const MOST_MAPS = 4;
/** Slices that are drawn; the same structures are in all of them. */
const MOST_SLICES = 2;
/** [1] Part of the box, along z, that slices are the mean of. */
const SLAB = 1 / 16;

/** Values at the ends of the colours of a map; what lies outside has the colours of the ends. */
type Limits<F> = (map: F) => readonly [number, number];

/** Overdensities from nothing to four times the mean. */
export const OVERDENSITIES = (): readonly [number, number] => [-1, 3];

/** Three standard deviations to both sides of the mean. */
export const spread = (map: SphericalField | FlatField): readonly [number, number] => {
  const { mean, std } = map.stats();
  return std > 0 ? [mean - 3 * std, mean + 3 * std] : [mean - 1, mean + 1];
};

type Group = NamedFigure["group"];
const format = (z: number) => z.toFixed(3);

/** Maps of the sphere in Mollweide's projection. */
export function sphereFigures(
  maps: readonly SphericalField[],
  name: string,
  group: Group,
  label: string,
  titleOf: (map: SphericalField, index: number) => string,
  limitsOf: Limits<SphericalField>,
): NamedFigure[] {
  return some(maps.map((map, i) => ({ map, i })), MOST_MAPS).map(({ map, i }) => {
    const { data, width, height } = project(map.array.data as Float64Array, { width: 840, values: "bilinear" });
    const dtype = data instanceof Float32Array ? "float32" : "float64";
    const array = new NdArray(data, [width, height], dtype) as NdArray<"float64">;
    const title = titleOf(map, i);
    return {
      name: `${name}_${i}`,
      group,
      caption:
        `${title}, in Mollweide's projection, which keeps areas; longitude 0 in the middle, growing to the left.`,
      spec: planeFigure({ array, size: [2, 1] }, { title, label, width: 420, frame: false, limits: limitsOf(map) }),
    };
  });
}

/** Maps of slabs, or of a field of view of some degrees. */
export function flatFigures(
  maps: readonly FlatField[],
  name: string,
  group: Group,
  label: string,
  titleOf: (map: FlatField, index: number) => string,
  limitsOf: Limits<FlatField>,
): NamedFigure[] {
  return some(maps.map((map, i) => ({ map, i })), MOST_MAPS).map(({ map, i }) => {
    const title = titleOf(map, i);
    const { fieldSize, meta: { boxSize: [lx, ly] } } = map;
    const plane = fieldSize ? { size: fieldSize, axes: ["x [deg]", "y [deg]"] as const } : { size: [lx, ly] as const };
    return {
      name: `${name}_${i}`,
      group,
      caption: `${title}.`,
      spec: planeFigure({ array: map.array as NdArray<"float64">, ...plane }, { title, label, limits: limitsOf(map) }),
    };
  });
}

/** The mean of a slab of the box at the time of each shell. */
export function sliceFigures(densities: DensityField): NamedFigure[] {
  const { meta: { mesh: [nx, ny, nz], boxSize: [lx, ly, lz] } } = densities;
  const planes = Math.max(1, Math.round(nz * SLAB));
  return some([...densities].map((density, i) => ({ density, i })), MOST_SLICES).map(
    ({ density: { array, redshifts }, i }) => {
      const mean = new Float64Array(nx * ny);
      for (let column = 0; column < mean.length; column++) {
        let sum = 0;
        for (let k = 0; k < planes; k++) sum += array.data[column * nz + k];
        mean[column] = sum / planes;
      }
      const title = `Matter at z = ${format(redshifts![0])}`;
      // Where there is nothing, the logarithm ends at the least that there is.
      const least = mean.reduce((low, x) => x > 0 ? Math.min(low, x) : low, Infinity);
      return {
        name: `density_${i}`,
        group: "maps",
        caption: `${title}: particles per cell, mean of a slab ${(planes * lz / nz).toPrecision(3)} Mpc/h thick.`,
        spec: planeFigure(
          { array: new NdArray(mean.map((x) => Math.max(x, least)), [nx, ny], "float64"), size: [lx, ly] },
          { title, label: "Particles per cell", scale: "log", colors: "plasma" },
        ),
      };
    },
  );
}
