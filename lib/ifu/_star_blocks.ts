import { DomainError, LIGHT_SPEED_KM_S, ShapeError } from "../base/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import { type Column, type Frame, type ParticleTable, STAR_COLUMNS } from "../galaxy/mod.ts";
import { placeParticles, type Screen, type SortedStars, sortParticles } from "./_kernel_cube.ts";
import type { DustColumns, SpaxelGrid } from "./spaxels.ts";

/** Stars that are read at once. */
const BLOCK = 2 ** 18;
const OUTSIDE = 2 ** 32 - 1;
const BIGGEST = Number.MAX_VALUE;
/** [Gyr] No star of any universe is older: ages above are in another unit. */
const OLDEST = 100;

function bad(operation: string, column: Column, star: number, value: number, rule: string): never {
  throw new DomainError(
    `Cannot ${operation}: "${column}" of stars must be ${rule}, star ${star} has ${value}; correct it, or leave the star out`,
    rule,
    `${value} of star ${star}`,
  );
}

/** Stars of a table, block by block, in the frame of the observer and sorted by spaxel. */
export class StarBlocks implements Disposable, SortedStars {
  readonly capacity: number;
  readonly block: Float64Array;
  readonly start: Uint32Array;
  readonly order: Uint32Array;
  /** [kpc] The least max(|x'|, |y'|) so far. */
  nearest = Infinity;
  /** Stars in spaxels of the field so far, margin left out. */
  inField = 0;
  #vectors: Float64Array;
  #spaxel: Uint32Array;

  constructor(
    readonly operation: string,
    readonly table: ParticleTable,
    readonly frame: Frame,
    readonly grid: SpaxelGrid,
  ) {
    const missing = STAR_COLUMNS.find((column) => !table.columns.includes(column));
    if (missing) {
      const text = `columns ${STAR_COLUMNS.join(", ")}`;
      throw new ShapeError(
        `Cannot ${operation}: stars need ${text}, "${missing}" is not there`,
        text,
        table.columns.join(", "),
      );
    }
    const n = this.capacity = Math.min(BLOCK, table.count);
    this.block = allocate(Float64Array, 5 * n, "stars");
    this.#vectors = allocate(Float64Array, 6 * n, "stars", { zero: false });
    this.#spaxel = allocate(Uint32Array, n, "stars", { zero: false });
    this.order = allocate(Uint32Array, n, "stars");
    this.start = allocate(Uint32Array, grid.side ** 2 + 1, "stars", { zero: false });
  }

  /** First star of each block, and their number. */
  *ranges(): Generator<[first: number, count: number]> {
    for (let first = 0; first < this.table.count; first += BLOCK) {
      yield [first, Math.min(BLOCK, this.table.count - first)];
    }
  }

  /** Reads a block, and sorts it. */
  load(first: number, count: number): void {
    const { table, capacity, block, operation } = this;
    const [coords, velocity] = [
      this.#vectors.subarray(0, 3 * count),
      this.#vectors.subarray(3 * capacity).subarray(0, 3 * count),
    ];
    const row = (k: number) => block.subarray(k * capacity, k * capacity + count);
    const [mass, metallicity, age, speed, depth] = [0, 1, 2, 3, 4].map(row);
    for (
      const [column, target, width, least, most, rule] of [
        ["coords", coords, 3, -BIGGEST, BIGGEST, "finite numbers"],
        ["velocity", velocity, 3, -BIGGEST, BIGGEST, "finite numbers"],
        ["mass", mass, 1, 0, BIGGEST, "finite numbers of at least 0"],
        ["metallicity", metallicity, 1, 0, 1, "numbers from 0 to 1, shares of the mass"],
        ["age", age, 1, 0, OLDEST, `numbers from 0 to ${OLDEST}, in Gyr`],
      ] as const
    ) {
      table.read(column, first, target);
      for (let i = 0; i < target.length; i++) {
        if (target[i] >= least && target[i] <= most) continue;
        bad(operation, column, first + Math.floor(i / width), target[i], rule);
      }
    }
    const spaxel = this.#spaxel.subarray(0, count);
    const { edges, margin, side } = this.grid;
    const frame = Float64Array.of(...this.frame.center, ...this.frame.velocity, ...this.frame.matrix);
    const nearest = placeParticles({ coords, velocity, frame, edges, margin, spaxel, depth, speed });
    this.nearest = Math.min(this.nearest, nearest);
    for (let i = 0; i < count; i++) {
      if (!(Math.abs(speed[i]) < LIGHT_SPEED_KM_S)) {
        bad(operation, "velocity", first + i, speed[i], "slower than light");
      }
      if (spaxel[i] === OUTSIDE) continue;
      const [x, y] = [spaxel[i] % side, Math.floor(spaxel[i] / side)];
      if (Math.min(x, y) >= margin && Math.max(x, y) < side - margin) this.inField++;
    }
    sortParticles(spaxel, this.start, this.order);
  }

  /** Refuses a field without stars. */
  checkInField(): void {
    if (this.inField > 0) return;
    const { edges, margin, side } = this.grid;
    const rule = `stars within ${edges[side - margin].toPrecision(6)} kpc of the center along both axes`;
    const found = this.table.count === 0
      ? "there are none"
      : `the nearest of ${this.table.count} is at ${this.nearest.toPrecision(6)} kpc`;
    throw new DomainError(
      `Cannot ${this.operation}: no star lies in the field, which needs ${rule}, ${found}; check center and units of the ` +
        "coordinates, take a telescope with a wider field, or put the galaxy farther away",
      rule,
      found,
    );
  }

  dispose(): void {
    [this.block, this.#vectors, this.#spaxel, this.order, this.start].forEach(release);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Checks gas in front of stars, and brings it into the form of kernels. */
export function screenOf(
  operation: string,
  { curve, columns }: { curve: Float64Array; columns: Pick<DustColumns, "start" | "z" | "column"> },
  samples: number,
  { side }: SpaxelGrid,
): Screen {
  const { start, z, column } = columns;
  const total = start[start.length - 1];
  for (
    const [what, actual, expected] of [
      ["curve", curve.length, samples],
      ["columns.start", start.length, side ** 2 + 1],
      ["columns.z", z.length, total],
      ["columns.column", column.length, total],
    ] as const
  ) {
    if (actual === expected) continue;
    const text = `${expected} numbers`;
    throw new ShapeError(`Cannot ${operation}: extinction "${what}" needs ${text}, got ${actual}`, text, `${actual}`);
  }
  const gas = new Float64Array(2 * total);
  gas.set(z);
  gas.set(column, total);
  return { curve, start, gas };
}
