/**
 * Arrays larger than memory, as chunks.
 *
 * @module
 */
export {};
