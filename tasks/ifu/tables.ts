/**
 * What was measured, as HDF5 and as text.
 *
 * @module
 */
import { fromData } from "../../lib/array/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import type { Results } from "./measure.ts";

/** `images.h5`: `white` and, for each filter, its name `[y, x]`; all have a unit. */
export async function writeImages(path: string, { cube, white, bands }: Results): Promise<void> {
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { kind: "Images", spaxel_size_arcsec: cube.spaxelSize });
    file.writeArray("white", white, { unit: `${cube.unit} Angstrom` });
    for (const { filter, image, magnitude } of bands) {
      file.writeArray(filter.name, image, { unit: cube.unit });
      file.setAttributes(filter.name, { AB_magnitude: magnitude });
    }
  });
}

/**
 * `spectra.h5`: `wavelength`, `total/flux` and `total/variance`; of bins `bins/number` `[y, x]` (-1 for none), `bins/flux` and
 * `bins/variance` `[bin, wavelength]`, `bins/x`, `bins/y`, `bins/signal_to_noise`, `bins/spaxels` `[bin]`.
 */
export async function writeSpectra(path: string, { cube, total, binned }: Results): Promise<void> {
  const { wavelength, unit, spaxelSize, flux: { shape: [ny, nx] } } = cube;
  const square = `(${unit})^2`;
  await writeHdf5(path, (file) => {
    file.setAttributes("/", { kind: "Spectra", spaxel_size_arcsec: spaxelSize });
    file.writeArray("wavelength", wavelength, { unit: "Angstrom" });
    file.writeArray("total/flux", total.flux, { unit });
    if (total.variance) file.writeArray("total/variance", total.variance, { unit: square });
    if (!binned) return;
    const { bins, spectra } = binned;
    file.writeArray("bins/number", bins.bins, { shape: [ny, nx], unit: "1" });
    file.writeArray("bins/flux", spectra.flux, { unit });
    if (spectra.variance) file.writeArray("bins/variance", spectra.variance, { unit: square });
    const place = (pixels: Float64Array, n: number) => pixels.map((p) => (p - (n - 1) / 2) * spaxelSize);
    file.writeArray("bins/x", place(bins.x, nx), { unit: "arcsec" });
    file.writeArray("bins/y", place(bins.y, ny), { unit: "arcsec" });
    file.writeArray("bins/signal_to_noise", bins.signalToNoise, { unit: "1" });
    using spaxels = fromData(bins.spaxels, [bins.count], "uint32");
    file.writeArray("bins/spaxels", spaxels, { unit: "1" });
  });
}

/** Magnitudes as text, one line for each filter. */
export function magnitudesText({ bands }: Results): string {
  const rows = bands.map(({ filter: { name, wavelength }, magnitude }) => [
    name,
    wavelength[0],
    wavelength[wavelength.length - 1],
    Number.isNaN(magnitude) ? "nan" : magnitude.toFixed(4),
  ]);
  return ["filter,from [Angstrom],to [Angstrom],AB magnitude", ...rows.map((row) => row.join(","))].join("\n") + "\n";
}

/** The sum of all spectra as text, with its standard deviation. */
export function spectrumText({ total: { wavelength, flux, variance, unit } }: Results): string {
  const rows = Array.from(wavelength, (w, i) => `${w},${flux[i]},${variance ? Math.sqrt(variance[i]) : "nan"}`);
  return [`wavelength [Angstrom],flux [${unit}],standard deviation [${unit}]`, ...rows].join("\n") + "\n";
}
