/**
 * Density by Lagrangian perturbation theory: one initial field, several redshifts and orders. Gravity makes the tails of the
 * density uneven: its skewness S3 = <d^3>/<d^2>^2 grows from the first to the second order.
 *
 *     deno run examples/pm.ts
 *
 * @module
 */
import { stats } from "@cosmesh/cosmesh/array";
import { linearPower, planck18 } from "@cosmesh/cosmesh/cosmology";
import { ready } from "@cosmesh/cosmesh/kernel";
import { initialField, linearDensity, lptSnapshot } from "@cosmesh/cosmesh/pm";

await ready();

using field = initialField(linearPower(planck18), { cells: 64, boxSize: 256, key: 2024, fixed: true });
console.log("z     linear    order     rms    S3      least    greatest   velocity along z [km/s]");
for (const z of [20, 10, 5, 2]) {
  const linear = linearDensity(field, { z });
  const { std } = stats(linear.array);
  linear.array.dispose();
  for (const order of [1, 2, 3] as const) {
    using snapshot = lptSnapshot(field, { z, order, velocityAxis: 2 });
    const { array } = snapshot.density;
    const density = stats(array);
    const third = (array.data as Float32Array).reduce((sum, v) => sum + v ** 3, 0) / array.size;
    const speed = stats(snapshot.velocity!.array).std;
    console.log(
      [
        String(z).padEnd(6) + std.toFixed(4).padEnd(10) + `${order}LPT`.padEnd(8),
        density.std.toFixed(4),
        (third / density.std ** 4).toFixed(2).padStart(6),
        density.min.toFixed(4).padStart(9),
        density.max.toFixed(4).padStart(9),
        speed.toFixed(1).padStart(8),
      ].join("  "),
    );
  }
}
