/**
 * Random numbers that depend on a seed and a place only.
 *
 * @module
 */
export { randomLognormal, randomNormal, type RandomOptions, randomUniform } from "./philox.ts";
