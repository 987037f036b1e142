/** The numbers of `reference/_numbers.py`, and what tests of loaders share. */

import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import type { Field } from "../../lib/array/mod.ts";
import { inFolder } from "../support/folder.ts";

/** Folder of reference files of a code. */
export const folderOf = (code: string): string => fromFileUrl(new URL(`reference/${code}`, import.meta.url));

/** Number n of those that look random: a multiple of 2^-16. */
export const uniform = (n: number): number => ((n * 7919 + 104729) * 40503 % 65536) / 65536;

/** Places in a box of side 1, flat. */
export const positions = (count: number, first: number): number[] =>
  Array.from({ length: 3 * count }, (_, i) => uniform(first + i));

/** Masses. */
export const masses = (count: number, first: number): number[] =>
  Array.from({ length: count }, (_, i) => 1e9 * (1 + Math.floor(99 * uniform(first + 5000 + i))));

/** Whole numbers on a mesh `[i, j, k]`. */
export function mesh(cells: number, first: number): number[] {
  return Array.from({ length: cells ** 3 }, (_, n) => {
    const [i, j, k] = [Math.floor(n / cells ** 2), Math.floor(n / cells) % cells, n % cells];
    return (3 * i + 5 * j + 7 * k + i * j + first) % 16;
  });
}

/** Means over cubes of `factor` cells along each axis. */
export function blockMeans(values: readonly number[], cells: number, factor: number): number[] {
  const n = cells / factor;
  const sums = new Array<number>(n ** 3).fill(0);
  values.forEach((value, at) => {
    const [i, j, k] = [Math.floor(at / cells ** 2), Math.floor(at / cells) % cells, at % cells]
      .map((c) => Math.floor(c / factor));
    sums[(i * n + j) * n + k] += value / factor ** 3;
  });
  return sums;
}

/** Values over their mean, minus 1. */
export function contrast(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value / mean - 1);
}

/** x in [0, size). */
export const wrapped = (x: number, size: number): number => x < 0 ? x + size : x;

/** Checks a field to `tolerance`. */
export function assertField({ array: { data, dtype } }: Field, expected: readonly number[], tolerance: number): void {
  assert.equal(dtype, "float32");
  assert.equal(data.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(data[i] - value) <= tolerance, `element ${i} is ${data[i]}, expected ${value}`);
  });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Runs `body` with a copy of the reference files of a code, to break them. */
export async function withCopy(code: string, body: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await copyFolder(folderOf(code), `${folder}/${code}`);
    await body(`${folder}/${code}`);
  });
}
