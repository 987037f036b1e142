/**
 * Integrates functions and samples: a comoving distance three ways, a difficult integrand, running integrals of a table.
 *
 *     deno run -A examples/quadrature.ts
 *
 * @module
 */
import { NdArray } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import { cumulativeSimpson, fixedQuad, gaussLegendre, quad, simpson } from "../lib/quadrature/mod.ts";

await ready();
const omegaMatter = 0.31;
/** [Mpc/h] c/H(z) of a flat universe. */
const hubbleDistance = (z: number) => 2997.92458 / Math.sqrt(omegaMatter * (1 + z) ** 3 + 1 - omegaMatter);

const adaptive = quad(hubbleDistance, 0, 8);
console.log(`comoving distance to z = 8: ${adaptive.value.toFixed(6)} Mpc/h`);
console.log(`  adaptive: ${adaptive.evaluations} values, error below ${adaptive.error.toExponential(1)}`);
const gauss = fixedQuad(hubbleDistance, 0, 8, { n: 20 });
console.log(`  20 Gauss points: ${gauss.toFixed(6)}`);
const z = Float64Array.from({ length: 101 }, (_, i) => 0.08 * i);
console.log(`  Simpson on 101 samples: ${simpson(z.map(hubbleDistance), { x: z }).toFixed(6)}`);

const horizon = quad(hubbleDistance, 0, Infinity);
console.log(`to the horizon: ${horizon.value.toFixed(3)} Mpc/h (${horizon.status})`);
const pole = quad((x) => 1 / (1e-4 + (x - 0.7) ** 2), 0, 1, { limit: 4 });
console.log(`a narrow peak with 4 intervals: ${pole.value.toFixed(3)}; ${pole.message}`);

// Distances for many matter densities at once, [density, redshift].
const densities = [0.2, 0.3, 0.4];
const rows = densities.flatMap((m) => Array.from(z, (z) => 2997.92458 / Math.sqrt(m * (1 + z) ** 3 + 1 - m)));
using distances = cumulativeSimpson(new NdArray(Float64Array.from(rows), [3, 101], "float64"), { x: z, initial: 0 });
densities.forEach((m, i) => {
  const at = (redshift: number) => distances.data[i * 101 + Math.round(redshift / 0.08)].toFixed(1);
  console.log(`Omega_m = ${m}: ${at(2)} Mpc/h to z = 2, ${at(8)} to z = 8`);
});

const start = performance.now();
const { nodes, weights } = gaussLegendre(100_000);
const time = (performance.now() - start).toFixed(0);
console.log(
  `100000 Gauss points in ${time} ms; x^2 integrates to ${nodes.reduce((s, x, i) => s + weights[i] * x * x, 0)}`,
);
