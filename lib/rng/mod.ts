/**
 * Random numbers that depend on a seed and a place only.
 *
 * @module
 */
export { randomNormal, type RandomOptions, randomUniform } from "./philox.ts";
