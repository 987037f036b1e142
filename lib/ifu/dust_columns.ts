import { checkOneOf, checkPositive, checkRange, DomainError, MPC_CM, MSUN_G } from "../base/mod.ts";
import type { Column, Frame, ParticleTable } from "../galaxy/mod.ts";
import { allocate, release } from "../kernel/mod.ts";
import { countGas, fillColumns, type GasBlock, type Law, type Sky, sumColumns } from "./_kernel_dust.ts";
import { type DustColumns, spaxelEdges } from "./spaxels.ts";
import type { Telescope } from "./telescope.ts";

/** Gas cells read at once. */
const BLOCK = 65_536;

/**
 * How much dust there is in gas. `"broken power law"` (default) and `"power law"`: by the abundance of oxygen as observed in nearby
 * galaxies (Remy-Ruyer et al. 2014, A&A 563, A31, table 1), with masses of molecular gas by a conversion from CO that depends on
 * metallicity ("Z", default) or is that of the Milky Way ("MW"). `"ratio"`: a mass of dust for a mass of gas. `"metals"`: a share of the
 * mass of metals, in the Milky Way about 0.4.
 */
export type DustToGas =
  | { readonly model: "broken power law" | "power law"; readonly xCo?: "Z" | "MW" }
  | { readonly model: "ratio"; readonly ratio: number }
  | { readonly model: "metals"; readonly share: number };

/** Options of `dustColumns`. */
export interface DustColumnsOptions {
  /** Gas, with `coords`, `mass` and `metallicity`; `hydrogen` and `oxygen` are used if both are there. */
  gas: ParticleTable;
  /** From its frame to the observer's. */
  frame: Pick<Frame, "center" | "matrix">;
  /** Spaxels and their size. */
  telescope: Telescope;
  /** [kpc/arcsec] Proper length at the galaxy that is seen under an arcsecond. */
  kpcPerArcsec: number;
  /** [1] Cells around the field. Default 0. */
  margin?: number;
  /** Default `{ model: "broken power law", xCo: "Z" }`. */
  dustToGas?: DustToGas;
  /** [g/cm3] Density of the grains. Default 3.5. */
  grainDensity?: number;
  /** [Angstrom] Wavelength of A_V. Default 5448. */
  referenceWavelength?: number;
}

/** Table 1 of Remy-Ruyer et al. (2014): a, slope, then b, slope and break of the broken law. */
const REMY_RUYER = {
  "broken power law": { Z: [2.21, 1, 0.96, 3.1, 8.1], MW: [2.21, 1, 0.68, 3.08, 7.96] },
  "power law": { Z: [2.21, 2.02, 2.21, 2.02, 0], MW: [2.21, 1.62, 2.21, 1.62, 0] },
} as const;

function lawOf(dustToGas: DustToGas): Law {
  const models = ["broken power law", "power law", "ratio", "metals"] as const;
  checkOneOf(dustToGas.model, "dustToGas.model", models);
  if (dustToGas.model === "ratio" || dustToGas.model === "metals") {
    const [kind, value, name] = dustToGas.model === "ratio"
      ? [1, dustToGas.ratio, "ratio"]
      : [2, dustToGas.share, "share"];
    return { kind, parameters: Float64Array.of(checkRange(value, `dustToGas.${name}`, 0, 1), 0, 0, 0, 0) };
  }
  const xCo = checkOneOf(dustToGas.xCo ?? "Z", "dustToGas.xCo", ["Z", "MW"]);
  return { kind: 0, parameters: Float64Array.from(REMY_RUYER[dustToGas.model][xCo]) };
}

/** [mag/M_sun] Extinction of a mass of dust spread over an area of the sky. */
function extinctionOfMass(areaKpc2: number, wavelength: number, grainDensity: number): number {
  const surface = MSUN_G / (MPC_CM / 1000) ** 2 / areaKpc2;
  return 3 * Math.PI * surface / (0.4 * Math.LN10 * wavelength * 1e-8 * grainDensity);
}

function refuse(gas: ParticleTable, block: GasBlock, place: number, first: number): never {
  const least: [keyof GasBlock, string, (v: number) => boolean][] = [
    ["coords", "finite", () => true],
    ["mass", "finite and at least 0", (v) => v >= 0],
    ["metallicity", "finite and at least 0", (v) => v >= 0],
    ["hydrogen", "finite and above 0", (v) => v > 0],
    ["oxygen", "finite and at least 0", (v) => v >= 0],
  ];
  for (const [name, rule, holds] of least) {
    const width = name === "coords" ? 3 : 1;
    const values = block[name]?.subarray(width * place, width * (place + 1)) ?? [];
    const bad = values.find((v) => !Number.isFinite(v) || !holds(v));
    if (bad === undefined) continue;
    const got = `${bad} at ${first + place} of ${gas.count}`;
    const message = `Cannot make columns of dust: "${name}" of gas must be ${rule}, got ${got}; leave such gas out`;
    throw new DomainError(message, rule, got);
  }
  throw new Error(`gas cell ${first + place} was refused without reason`);
}

/** Reads blocks of gas and hands them to `use`, which returns the place of what is wrong or the length of the block. */
function eachBlock(gas: ParticleTable, columns: readonly Column[], use: (block: GasBlock) => number): void {
  for (let first = 0; first < gas.count; first += BLOCK) {
    const length = Math.min(BLOCK, gas.count - first);
    const block: Partial<Record<Column, Float64Array>> = {};
    for (const column of columns) {
      const target = new Float64Array(length * (column === "coords" ? 3 : 1));
      gas.read(column, first, target);
      block[column] = target;
    }
    // "coords" is always read, and the other columns in the pass that uses them.
    const place = use(block as unknown as GasBlock);
    if (place < length) refuse(gas, block as unknown as GasBlock, place, first);
  }
}

/**
 * Columns of dust in front of stars, from gas: the dust of each gas cell is spread over the cell of the sky that holds it, at its depth.
 * Its extinction is A_V = 3 pi Sigma/(0.4 ln(10) lambda_V rho), with the mass of dust over the area Sigma and the density of grains rho
 * (grains of radius about lambda_V/(2 pi) whose efficiency is 1). Cells are spaxels, with `margin` more on each side: cell `ix + (n + 2
 * margin) iy`. Gas is read twice, in blocks; memory is 16 bytes for each gas cell in the grid. Without `hydrogen` and `oxygen`, 12 +
 * log10(O/H) = 8.69 + log10(Z/0.0134) (Asplund et al. 2009, ARA&A 47, 481).
 *
 * @param options Gas, grid and dust.
 * @returns Columns for `paintCube`, to be given back with `using`.
 * @throws {DomainError} for gas with numbers that are not finite, negative mass or shares, no hydrogen; for options out of range.
 * @throws {MemoryError} if there is no room.
 * @example Two clouds
 * ```ts
 * import { columnAt, dustColumns, telescope } from "@cosmesh/cosmesh/ifu";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * await ready();
 * const data = { coords: [0, 0, -1, 0, 0, 1], mass: [1e6, 1e6], metallicity: [0.0134, 0.0134] };
 * const gas = {
 *   count: 2,
 *   columns: ["coords", "mass", "metallicity"] as const,
 *   read: (column: string, _: number, target: Float64Array) => target.set(data[column as "mass"]),
 * };
 * const frame = { center: new Float64Array(3), matrix: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) };
 * using columns = dustColumns({ gas, frame, telescope: telescope("MUSE"), kpcPerArcsec: 1 });
 * const [front, between, behind] = [-2, -1, 5].map((z) => columnAt(columns, 12 + 25 * 12, z)); // the middle
 * console.log(front, between / behind); // 0 0.5
 * ```
 */
export function dustColumns(options: DustColumnsOptions): DustColumns & Disposable {
  const { gas, frame, telescope, kpcPerArcsec, margin = 0, dustToGas = { model: "broken power law" } } = options;
  const { grainDensity = 3.5, referenceWavelength = 5448 } = options;
  checkPositive(grainDensity, "grainDensity");
  checkPositive(referenceWavelength, "referenceWavelength");
  const law = lawOf(dustToGas);
  const grid = spaxelEdges({ telescope, kpcPerArcsec, margin });
  const sky: Sky = { frame: Float64Array.of(...frame.center, ...frame.matrix), grid };
  const start = new Uint32Array(grid.side ** 2 + 1);
  const counts = start.subarray(1);
  eachBlock(gas, ["coords"], ({ coords }) => countGas(sky, coords, counts));
  counts.forEach((n, cell) => counts[cell] = n + start[cell]);

  const total = start[start.length - 1];
  const z = allocate(Float64Array, total, "depths of gas");
  const free: Float64Array[] = [z];
  try {
    const column = allocate(Float64Array, total, "columns of dust");
    free.push(column);
    const next = start.slice(0, -1);
    const shares = ["hydrogen", "oxygen"] as const;
    const known = law.kind === 0 && shares.every((name) => gas.columns.includes(name));
    const area = ((grid.edges[grid.side] - grid.edges[0]) / grid.side) ** 2;
    const factor = extinctionOfMass(area, referenceWavelength, grainDensity);
    const columns = ["coords", "mass", "metallicity", ...known ? shares : []] as const;
    eachBlock(gas, columns, (block) => fillColumns(sky, block, law, factor, next, z, column));
    sumColumns(start, z, column);
    return { start, z, column, [Symbol.dispose]: () => free.splice(0).forEach(release) };
  } catch (error) {
    free.forEach(release);
    throw error;
  }
}

/**
 * Extinction in front of a place: none before the first gas of the cell, all behind the last, linear between gas.
 *
 * @param columns Of all cells.
 * @param cell [1] Index of the cell, `ix + (n + 2 margin) iy`.
 * @param at [kpc] Depth, along the line of sight.
 * @returns [mag] A_V.
 */
export function columnAt({ start, z, column }: DustColumns, cell: number, at: number): number {
  const [from, to] = [start[cell], start[cell + 1]];
  if (from === to || at < z[from]) return 0;
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (z[middle] <= at) low = middle;
    else high = middle;
  }
  if (high === to) return column[low];
  return column[low] + (column[high] - column[low]) * (at - z[low]) / (z[high] - z[low]);
}
