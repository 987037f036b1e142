/**
 * Writes a field with its unit to an HDF5 file, reads it back, and shows what happens when the unit is another than
 * expected. Run it with `deno run -A examples/io.ts [FILE]`.
 */

import { stats, zeros } from "@cosmesh/cosmesh/array";
import { isToolkitError } from "@cosmesh/cosmesh/base";
import { checkFiniteArray, openHdf5, writeHdf5 } from "@cosmesh/cosmesh/io";
import { ready } from "@cosmesh/cosmesh/kernel";

await ready();
const path = Deno.args[0] ?? `${await Deno.makeTempDir()}/field.h5`;

// A wave of temperature along the last axis, [x, y, z].
const n = 32;
using wave = zeros([n, n, n], "float32");
wave.data.forEach((_, i) => wave.data[i] = 20 + 5 * Math.cos(2 * Math.PI * (i % n) / n));

// The file appears under its name when it is complete; until then, and after an error, an older one stays.
await writeHdf5(path, (file) => {
  file.setAttributes("/", { z: 8.5, Ncell: BigInt(n) });
  file.writeArray("fields/temperature", wave, { unit: "K", attributes: { axes: "x,y,z" } });
  file.writeArray("frequency", Float64Array.of(140, 150, 160), { unit: "MHz" });
});

using file = await openHdf5(path);
console.log(`${path} at z = ${file.numberAttribute("/", "z")} has ${file.names().join(", ")}`);

// Arrays are read into the kernels' memory; `using` gives it back.
using temperature = file.readArray("fields/temperature", { unit: "K", shape: [n, n, n], dtype: "float32" });
checkFiniteArray(temperature, path, "fields/temperature");
const { mean, min, max } = stats(temperature);
console.log(`Temperature from ${min} to ${max} K, mean ${mean.toFixed(6)} K`);

try {
  file.readArray("fields/temperature", { unit: "mK" });
} catch (error) {
  if (!isToolkitError(error, "FormatError")) throw error;
  console.log(error.message);
}

// Tables are small: they are read into ordinary memory.
const frequency = file.readNumbers("frequency", { unit: "MHz" });
console.log(`Frequencies [MHz]: ${frequency.join(", ")}`);
