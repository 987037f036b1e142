/**
 * Containers of simulation fields: a stack of shells, its parts, arithmetic, and units.
 *
 *     deno run -A examples/fields.ts
 */
import { fromData } from "@cosmesh/cosmesh/array";
import { concatenate, FlatField, metadata, stack } from "@cosmesh/cosmesh/fields";
import { ready } from "@cosmesh/cosmesh/kernel";

await ready();

// Two slabs of a box of 4^3 cells, as maps of 4 x 4 pixels in particles per pixel; near to far.
const box = { mesh: [4, 4, 4], boxSize: [100, 100, 100] } as const;
const slab = (center: number, a: number, count: number) => {
  const shell = { centers: Float64Array.of(center), widths: Float64Array.of(50), scaleFactors: Float64Array.of(a) };
  const counts = Float64Array.from({ length: 16 }, (_, i) => count + i % 2);
  return new FlatField(
    fromData(counts, [4, 4], "float64"),
    metadata({ ...box, ...shell, status: "lightcone" }),
    "counts",
  );
};
using near = slab(25, 0.99, 1);
using far = slab(75, 0.97, 2);
using shells = stack([near, far]);
console.log(shells.shells, "shells at z =", shells.redshifts);

// Parts carry their share of the metadata.
console.log("the farthest is centred at", shells.at(-1).meta.centers, "Mpc/h");
for (const shell of shells) console.log("mean count", shell.mean());

// Units: particles per (Mpc/h)^3, and overdensities with the mean of each shell or of both.
using density = shells.to("density");
using own = shells.to("overdensity");
using shared = shells.to("overdensity", { mean: "stack" });
console.log("density", density.mean(), "overdensity", own.mean({ perShell: true }), shared.mean({ perShell: true }));

// Arithmetic with numbers and fields of the same unit; the metadata are those of the first.
using contrast = far.minus(near);
console.log("difference", contrast.mean());
using all = concatenate([shells, contrast]);
console.log("shapes", shells.array.shape, all.array.shape);
