import { checkInteger, ShapeError } from "../base/mod.ts";

/** Points of the greatest part over the three layouts of a transform. */
function greatestPart([nx, ny, nz]: readonly number[], [p1, p2]: readonly [number, number]): number {
  const part = (n: number, parts: number) => Math.ceil(n / parts);
  return Math.max(
    part(nx, p1) * part(ny, p2) * nz,
    part(nx, p1) * ny * part(nz, p2),
    nx * part(ny, p1) * part(nz, p2),
  );
}

/**
 * Parts along two axes for a number of ranks: slabs while each rank has a plane of both layouts, else the pair with the
 * smallest parts, and of those the most square, the larger factor where messages are contiguous.
 */
export function chooseGrid(shape: readonly number[], size: number): [number, number] {
  const [nx, ny] = shape;
  if (size <= Math.min(nx, ny)) return [size, 1];
  const pairs = Array.from({ length: size }, (_, i): [number, number] => [size / (i + 1), i + 1])
    .filter(([p1]) => Number.isInteger(p1));
  const cost = (pair: [number, number]) => greatestPart(shape, pair);
  const skew = ([p1, p2]: [number, number]) => Math.abs(p1 - p2);
  return pairs.reduce((best, pair) =>
    cost(pair) < cost(best) || (cost(pair) === cost(best) && skew(pair) < skew(best)) ? pair : best
  );
}

/** Checks a grid that was given. */
export function checkGrid(grid: readonly number[], size: number): [number, number] {
  grid.forEach((parts, i) => checkInteger(parts, `grid[${i}]`, 1));
  if (grid.length === 2 && grid[0] * grid[1] === size) return [grid[0], grid[1]];
  const [rule, got] = [`two numbers whose product is the number of ranks, ${size}`, `[${grid.join(", ")}]`];
  throw new ShapeError(`Cannot plan a distributed transform: "grid" must be ${rule}, got ${got}`, rule, got);
}
