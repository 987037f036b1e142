/**
 * A mock survey whose numbers come from key paths: a part of it can be made again by itself, in any order.
 *
 *     deno run -A examples/rng.ts [seed, default 42]
 *
 * @module
 */
import { empty, stats } from "../lib/array/mod.ts";
import { ready } from "../lib/kernel/mod.ts";
import {
  randomChoice,
  randomDirections,
  randomKey,
  randomLognormal,
  randomNormal,
  randomPoisson,
} from "../lib/rng/mod.ts";

await ready();
const survey = randomKey(Number(Deno.args[0] ?? 42)).fold("survey");

// Galaxies in cells: Poisson numbers around a lognormal density of mean 2, filled in place.
const sigma = 0.7;
using expected = empty([64, 64, 64], "float64");
randomLognormal(expected, { key: survey.fold("density"), mean: Math.log(2) - sigma ** 2 / 2, sigma });
using galaxies = empty([64, 64, 64], "float32");
randomPoisson(galaxies, { key: survey.fold("galaxies"), lam: expected });
const { sum, std } = stats(galaxies);
const predicted = Math.sqrt(2 + 4 * (Math.exp(sigma ** 2) - 1));
console.log(`${sum} galaxies in 64^3 cells; ${(sum / 64 ** 3).toFixed(3)} a cell (2 expected)`);
console.log(`standard deviation ${std.toFixed(3)} (${predicted.toFixed(3)} expected)`);

// Noise of each detector has a key of its own, and any part of it can be made alone.
const noise = (detector: number) => survey.fold("detector", detector, "noise");
const whole = randomNormal(1_000_000, { key: noise(12), std: 50 });
const part = randomNormal(3, { key: noise(12), std: 50, offset: 999_997 });
console.log(`last samples of detector 12 [uK]: ${[...part].map((v) => v.toFixed(2)).join(", ")}`);
console.log(`the same as in the whole stream: ${part.every((v, i) => v === whole[999_997 + i])}`);

const followUp = randomChoice(sum, 3, { key: survey.fold("follow-up"), replace: false });
const [x, y, z] = randomDirections(1, { key: survey.fold("axis") });
console.log(`galaxies to look at again: ${followUp.join(", ")}`);
console.log(`axis of the survey: (${[x, y, z].map((v) => v.toFixed(3)).join(", ")})`);

// A key of "threefry" gives the numbers of JAX: jax.random.normal(jax.random.key(42), (3,)).
console.log(`as JAX: ${randomNormal(new Float32Array(3), { key: randomKey(42, "threefry") }).join(", ")}`);
