/**
 * A field that never lies in memory whole: it is written to a Zarr folder plane by plane, turned, reduced, and a part of
 * it is read, all within 2 MiB. zarr-python reads the folder too. Run it with `deno run -A examples/chunked.ts [FOLDER]`.
 */

import { empty, multiply } from "@cosmesh/cosmesh/array";
import { createChunked, map, planRechunk, reduce, toHdf5, toZarr, transpose } from "@cosmesh/cosmesh/chunked";
import { ready } from "@cosmesh/cosmesh/kernel";

await ready();
const folder = Deno.args[0] ?? await Deno.makeTempDir();
const budgetBytes = 2 ** 21;

// 8 MiB, [z, y, x]: a wave of temperature along x whose amplitude grows with z.
const n = 128;
await using output = await createChunked(toZarr(`${folder}/temperature.zarr`), {
  shape: [n, n, n],
  chunkShape: [16, 32, 128],
  dtype: "float32",
  unit: "mK",
});
using planes = empty([16, n, n], "float32");
for (let first = 0; first < n; first += 16) {
  planes.data.forEach((_, i) => {
    const [z, x] = [first + Math.floor(i / n ** 2), i % n];
    planes.data[i] = z * Math.cos(2 * Math.PI * x / n);
  });
  await output.write([first, 0, 0], planes);
}
using field = await output.finish();

// The axes in the order [x, y, z], so that lines of sight are contiguous.
const out = toZarr(`${folder}/lines.zarr`);
const plan = planRechunk(field.permuteAxes([2, 1, 0]), [16, 16, n], { out, budgetBytes });
using lines = await transpose(field, [2, 1, 0], { out, chunkShape: [16, 16, n], budgetBytes });
console.log(
  `${field.shape.join(" x ")} cells turned in ${plan.passes} pass(es), ${plan.peakBytes} bytes at most`,
);

// A reduction over y and z, and an elementwise function into an HDF5 file.
using profile = await reduce(lines, "std", { axis: [1, 2], budgetBytes });
console.log(
  `Standard deviation at x = 0: ${profile.data[0].toFixed(3)} mK, at x = 32: ${profile.data[32].toFixed(3)} mK`,
);
using kelvin = await map([lines], (block, x) => multiply(x, 1e-3, { out: block }), {
  out: toHdf5(`${folder}/kelvin.h5`, "fields/temperature", { overwrite: true }),
  unit: "K",
  budgetBytes,
});

// One line of sight, every 32nd cell: only the chunks it meets are read.
using sight = await kelvin.read(0, 5, [null, null, 32]);
console.log(`A line of sight [${kelvin.unit}]: ${Array.from(sight.data, (t) => t.toFixed(3)).join(", ")}`);
