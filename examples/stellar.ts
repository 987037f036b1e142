/**
 * Light of stellar populations: synthetic templates, written and read back, and what dust does to a spectrum.
 *
 *     deno run -A examples/stellar.ts
 *
 * @module
 */
import { ready } from "@cosmesh/cosmesh/kernel";
import { extinctionCurve, readTemplates, syntheticTemplates, writeTemplates } from "@cosmesh/cosmesh/stellar";

await ready();
using made = syntheticTemplates({ wavelength: { from: 3500, to: 10_000, step: 2 } });
const path = await Deno.makeTempFile({ suffix: ".h5" });
await writeTemplates(path, made);
using templates = await readTemplates(path, { range: [4000, 8000] });
await Deno.remove(path);
console.log(`${templates.name}: ${templates.flux.shape.join(" x ")} metallicities, ages and wavelengths`);

const dust = extinctionCurve("cardelli89", templates.wavelength, { rv: 3.1 });
const at = (l: number) => templates.wavelength.indexOf(l);
for (const age of [0, 8, 16, 24]) {
  const spectrum = templates.flux.at(9).at(age).data; // Z = 0.0142
  const color = (dim: number) => {
    const light = (l: number) => spectrum[at(l)] * 10 ** (-0.4 * dim * dust[at(l)]);
    return -2.5 * Math.log10(light(4400) / light(5500));
  };
  const [bare, dusty] = [color(0), color(1)].map((v) => v.toFixed(2));
  const brightness = spectrum[at(5500)].toExponential(2);
  console.log(`${templates.age[age]} Gyr: ${brightness} L_sun/A/M_sun at 5500 A, B - V ${bare}, with A_V = 1 ${dusty}`);
}
