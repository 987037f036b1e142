/**
 * Small dense and banded linear algebra.
 *
 * @module
 */
export {};
