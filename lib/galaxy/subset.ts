import { checkInteger } from "../base/mod.ts";
import { randomChoice, RandomKey, randomKey } from "../rng/mod.ts";
import { selected, Selection } from "./_selection.ts";
import type { Galaxy, ParticleTable } from "./galaxy.ts";

function drawn(what: string, table: ParticleTable, count: number, key: RandomKey): ParticleTable {
  if (count >= table.count) return table;
  const selection = new Selection(table.count);
  randomChoice(table.count, new Float64Array(count), { key, replace: false }).forEach((row) => selection.add(row));
  return selected(what, table, selection);
}

/**
 * A random draw of particles without replacement, of stars and of gas, in the order of the galaxy. Masses are not changed: the
 * total falls with the number. The particles are still read from the galaxy, which must stay open; `dispose` of the draw
 * gives it back.
 *
 * @param galaxy What to draw from.
 * @param count [1] Stars, and cells of gas; all where there are not so many.
 * @param key Key or seed of the draw; stars and gas have keys of their own below it.
 * @throws {DomainError} if `count` is not a whole number of at least 1.
 * @example
 * ```ts
 * import { galaxyFromArrays, subset } from "@cosmesh/cosmesh/galaxy";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const [one, three] = [new Float64Array(1000).fill(1), new Float64Array(3000)];
 * const all = galaxyFromArrays({ stars: { coords: three, velocity: three, mass: one, metallicity: one, age: one } });
 * using few = subset(all, 100, 42);
 * console.log(few.stars.count); // 100
 * ```
 */
export function subset(galaxy: Galaxy, count: number, key: RandomKey | number): Galaxy {
  checkInteger(count, "count", 1);
  const root = key instanceof RandomKey ? key : randomKey(key);
  return {
    name: galaxy.name,
    center: galaxy.center,
    ...galaxy.halfMassRadius === undefined ? {} : { halfMassRadius: galaxy.halfMassRadius },
    redshift: galaxy.redshift,
    stars: drawn("stars", galaxy.stars, count, root.fold("stars")),
    ...galaxy.gas ? { gas: drawn("gas", galaxy.gas, count, root.fold("gas")) } : {},
    [Symbol.dispose]: () => galaxy[Symbol.dispose](),
  };
}
