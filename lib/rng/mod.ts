/**
 * Random numbers that depend on a key and a place only: number n of a stream is a function of key and n, so results depend
 * neither on threads nor on ranks nor on the order of calls.
 *
 * Philox 4x32-10 and Threefry 2x32-20 (Salmon, Moraes, Dror and Shaw 2011) are counter-based: place n of a key's stream is
 * counter n. Where a word is refused (1 in 67 normal numbers, for instance), the element draws from counters of its own.
 * All functions take a count or an array to fill as their first argument, and follow `numpy.random.Generator` in the names
 * of distributions and parameters. Draws of several kinds from one key share words; take a key for each, with `fold`.
 *
 * @module
 */
export { type PathPart, type RandomGenerator, RandomKey, randomKey } from "./key.ts";
export type { Drawn, FloatArray, FloatTarget, RandomOptions, WholeArray, WholeTarget } from "./_target.ts";
export * from "./continuous.ts";
export * from "./discrete.ts";
export * from "./choice.ts";
