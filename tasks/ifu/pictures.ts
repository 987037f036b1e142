/**
 * Pictures of a cube: images, maps, bins and spectra.
 *
 * @module
 */
import { NdArray } from "../../lib/array/mod.ts";
import type { Cube, CubeUnit } from "../../lib/ifu/mod.ts";
import { linesFigure, planeFigure, type PlaneOptions } from "../../lib/plot/mod.ts";
import type { NamedFigure } from "./figures.ts";
import type { Results } from "./measure.ts";

/** Points of a spectrum that are drawn. */
const MOST_POINTS = 600;

/** How units are written in figures. */
export const UNIT_TEXTS: Readonly<Record<CubeUnit, string>> = {
  "Lsun/Angstrom": "L_sun/Å",
  "1e-20 erg/s/cm2/Angstrom": "10⁻²⁰ erg/s/cm²/Å",
};

/** [1] Most that values of a logarithmic picture differ by: the wings of a point spread function fall much farther. */
const RANGE = 1e5;

/** Ends of a logarithmic colour bar. */
function logLimits(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > 0)) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const from = Math.max(low, high / RANGE);
  return from < high ? [from, high] : [high / 2, 2 * high];
}

/** A picture of numbers `[y, x]` of spaxels, with distances from the middle of the field; NaN is grey. */
function image({ flux: { shape: [ny, nx] }, spaxelSize }: Cube, values: ArrayLike<number>, options: PlaneOptions) {
  const turned = Float64Array.from({ length: nx * ny }, (_, i) => values[(i % ny) * nx + Math.floor(i / ny)]);
  const size = [nx * spaxelSize, ny * spaxelSize] as const;
  const shown = options.scale === "log" ? { ...options, limits: logLimits(values) } : options;
  return planeFigure({
    array: new NdArray(turned, [nx, ny], "float64"),
    size,
    origin: [-size[0] / 2, -size[1] / 2],
    axes: ["x [arcsec]", "y [arcsec]"],
  }, { width: 260, ...shown });
}

/** A distance to a tenth, with the sign of texts and never minus 0. */
const rounded = (value: number): string => (Math.round(10 * value) / 10 + 0).toFixed(1).replace("-", "−");

/** Values where there is light, else NaN. */
const lit = ({ aperture }: Cube, values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value, i) => aperture[i] && value > 0 ? value : NaN);

function imageFigures({ cube, white, bands }: Results): NamedFigure[] {
  const unit = UNIT_TEXTS[cube.unit];
  const log = { scale: "log", colors: "cividis" } as const;
  return [
    {
      name: "white",
      group: "images",
      caption: "All light of the cube: the sum over wavelength.",
      spec: image(cube, lit(cube, white.data), {
        title: "White light",
        label: "Light",
        unit: unit.replace("/Å", ""),
        ...log,
      }),
    },
    ...bands.flatMap(({ filter, image: light }): NamedFigure[] => {
      const values = lit(cube, light.data);
      // Noise may be all that there is, and below 0.
      if (!values.some(Number.isFinite)) return [];
      return [{
        name: `band_${filter.name}`,
        group: "images",
        caption: `Mean flux density through ${filter.name}, photons counted.`,
        spec: image(cube, values, { title: filter.name, label: "Mean flux density", unit, ...log }),
      }];
    }),
  ];
}

function mapFigures({ cube, maps }: Results): NamedFigure[] {
  return maps.flatMap(({ name, caption, values, options }) => {
    const shown = values.map((value, i) => cube.aperture[i] ? value : NaN);
    // All stars may lie outside of the aperture.
    if (!shown.some(Number.isFinite)) return [];
    return [{ name: `map_${name}`, group: "maps", caption, spec: image(cube, shown, options) }];
  });
}

/** Means over groups of wavelengths, each spectrum over its own mean. */
function thinned(wavelength: Float64Array, flux: ArrayLike<number>): { x: Float64Array; y: Float64Array } {
  const width = Math.max(1, Math.ceil(wavelength.length / MOST_POINTS));
  const count = Math.floor(wavelength.length / width);
  const mean = (values: ArrayLike<number>) =>
    Float64Array.from({ length: count }, (_, i) => {
      let sum = 0;
      for (let k = i * width; k < (i + 1) * width; k++) sum += values[k];
      return sum / width;
    });
  return { x: mean(wavelength), y: mean(flux) };
}

function spectrumFigures({ cube, total, binned }: Results): NamedFigure[] {
  const { wavelength, unit } = cube;
  const x = { label: "Wavelength", unit: "Å" };
  const size = { width: 640, height: 260, points: false };
  const figures: NamedFigure[] = [{
    name: "spectrum",
    group: "spectra",
    caption: "The sum of the spectra of all spaxels, means over neighbouring wavelengths.",
    spec: linesFigure({
      title: "Spectrum of the field",
      lines: [{ label: "all spaxels", ...thinned(wavelength, total.flux) }],
      x,
      y: { label: "Flux density", unit: UNIT_TEXTS[unit] },
    }, size),
  }];
  if (!binned) return figures;
  const { bins: { count, signalToNoise, x: bx, y: by, bins, spaxels }, spectra } = binned;
  const waves = wavelength.length;
  const of = (bin: number) => spectra.flux.data.subarray(bin * waves, (bin + 1) * waves);
  const shown = [...new Set([0, Math.floor((count - 1) / 2), count - 1])];
  const [ny, nx] = cube.flux.shape;
  figures.push({
    name: "bins",
    group: "bins",
    caption: `${count} Voronoi bins; their signal-to-noise ratio for each wavelength pixel.`,
    spec: image(cube, Float64Array.from(bins, (bin) => bin < 0 ? NaN : signalToNoise[bin]), {
      title: "Signal-to-noise ratio of bins",
      label: "S/N",
      colors: "viridis",
    }),
  }, {
    name: "bin_spectra",
    group: "bins",
    caption: "Spectra of bins from the brightest to the faintest, each over its mean.",
    spec: linesFigure({
      title: "Spectra of bins",
      lines: shown.map((bin) => {
        const { x, y } = thinned(wavelength, of(bin));
        const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
        const place = [bx[bin] - (nx - 1) / 2, by[bin] - (ny - 1) / 2].map((p) => `${rounded(p * cube.spaxelSize)}″`);
        const what = spaxels[bin] === 1 ? "1 spaxel" : `${spaxels[bin]} spaxels`;
        return { label: `${what} at (${place.join(", ")})`, x, y: y.map((v) => v / mean) };
      }),
      x,
      y: { label: "Flux density over its mean" },
    }, size),
  });
  return figures;
}

/** All pictures. */
export function figuresOf(results: Results): NamedFigure[] {
  return [...imageFigures(results), ...mapFigures(results), ...spectrumFigures(results)];
}
