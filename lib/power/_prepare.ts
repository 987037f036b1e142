import { checkPositive, DtypeError, ShapeError } from "../base/mod.ts";
import { deconvolutionFactor, type Scheme } from "../paint/mod.ts";
import { type Comm, together } from "../mpi/mod.ts";
import { shareOf } from "../decomposition/mod.ts";
import type { HalfSpectrum, Planes } from "./_kernel.ts";

/** The mesh of two half spectra. */
export interface SpectrumMesh {
  /** [1] Cells along one axis. */
  cells: number;
  /** [Mpc/h] Side of the box. */
  boxSize: number;
  /** Units of both fields; "1" unless given. */
  units?: readonly [string, string];
  /**
   * Ranks that hold the spectra in slabs along x, as even as can be (`shareOf`). All of them call, and all get the
   * result, the same bits for any number of ranks. Default: the spectra are whole.
   */
  comm?: Comm;
}

/** Checks two spectra; gives their planes, a factor for each |m| that undoes the window, and V / N^2. */
export function prepare(
  a: HalfSpectrum,
  b: HalfSpectrum,
  mesh: SpectrumMesh,
  deconvolve?: Scheme,
): { cells: number; boxSize: number; planes: Planes; window: Float64Array; norm: number } {
  const { cells, comm } = mesh;
  const boxSize = checkPositive(mesh.boxSize, "boxSize");
  const { start: first, length } = comm ? shareOf(cells, comm.size, comm.rank) : { start: 0, length: cells };
  const check = () => {
    [a, b].forEach((s) => checkShape(s, cells, length));
    if (a.dtype !== b.dtype) {
      throw new DtypeError(
        `Cannot measure power: both spectra must have the same type, got ${a.dtype} and ${b.dtype}`,
        a.dtype,
        b.dtype,
      );
    }
  };
  if (comm) together(comm, check);
  else check();
  const window = deconvolve
    ? deconvolutionFactor(deconvolve, cells)
    : new Float64Array(Math.floor(cells / 2) + 1).fill(1);
  return { cells, boxSize, planes: { cells, first, comm }, window, norm: boxSize ** 3 / cells ** 6 };
}

function checkShape(spectrum: HalfSpectrum, cells: number, planes: number): void {
  const expected = `[${planes}, ${cells}, ${Math.floor(cells / 2) + 1}]`;
  const actual = `[${spectrum.shape.join(", ")}]`;
  if (actual !== expected) {
    throw new ShapeError(
      `Cannot measure power: the half spectrum of ${cells}^3 cells must have shape ${expected}, got ${actual}`,
      expected,
      actual,
    );
  }
}

/** Units of the power and of the dimensionless power. */
export function unitsOf({ units: [a, b] = ["1", "1"] }: SpectrumMesh): { unit: string; dimensionlessUnit: string } {
  const product = a === b ? (a === "1" ? "1" : `${a}^2`) : [a, b].filter((u) => u !== "1").join(" ");
  return { unit: product === "1" ? "(Mpc/h)^3" : `${product} (Mpc/h)^3`, dimensionlessUnit: product };
}
