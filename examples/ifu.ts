/**
 * A mock observation by code: a synthetic galaxy through MUSE as a cube of spectra, its magnitudes, maps and bins.
 *
 *     deno run -A examples/ifu.ts
 */
import {
  abMagnitude,
  IfuPipeline,
  signalAndNoise,
  TOP_HATS,
  totalSpectrum,
  voronoiBins,
  writeCube,
} from "../lib/ifu/mod.ts";

const pipeline = new IfuPipeline({
  data: { synthetic: { stars: 5000 } },
  galaxy: { dist_z: 0.1, rotation: { alpha: 60, beta: 20, gamma: 35 } },
  telescope: { name: "MUSE", spatial_res: 0.5, wave_res: 5, psf: { fwhm: 0.8 }, noise: { signal_to_noise: 20 } },
  ssp: { dust: { extinction_model: "Cardelli89" } },
});
using seen = await pipeline.run();
const { cube, counts, instrument, notes } = seen;
console.log(`${cube.flux.shape.join(" x ")} numbers in ${cube.unit}; ${counts.stars} stars in the field`);
console.log(`${instrument.kpcPerArcsec.toFixed(3)} kpc/arcsec, ${instrument.distanceMpc.toFixed(1)} Mpc`);
notes.forEach((text) => console.log(text));

const spectrum = totalSpectrum(cube);
for (const filter of [TOP_HATS.V, TOP_HATS.r, TOP_HATS.i]) {
  console.log(`${filter.name}: ${abMagnitude(spectrum, filter).toFixed(2)} mag`);
}

using images = signalAndNoise(cube);
const { count, signalToNoise } = voronoiBins(images.signal, images.noise, {
  targetSignalToNoise: 40,
  mask: cube.aperture,
});
console.log(`${count} bins of signal-to-noise ratios from ${Math.min(...signalToNoise).toFixed(0)} on`);

const path = await Deno.makeTempFile({ suffix: ".fits" });
await writeCube(path, cube, { header: seen.header, medium: seen.medium });
console.log(`${(await Deno.stat(path)).size} bytes of FITS`);
await Deno.remove(path);
