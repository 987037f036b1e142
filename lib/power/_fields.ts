import { checkSameMesh, empty, type Field, type NdArray } from "../array/mod.ts";
import { DomainError } from "../base/mod.ts";
import { DistributedPlan, rfftn } from "../fft/mod.ts";
import { together } from "../mpi/mod.ts";
import { Decomposition, DistributedField, redistribute, redistributeField } from "../decomposition/mod.ts";
import type { HalfSpectrum } from "./_kernel.ts";
import type { SpectrumMesh } from "./_prepare.ts";

/** A field as one array, or in parts on ranks, all of which call. */
export type AnyField = Field | DistributedField;

/** Measures the half spectra of two fields, which may be the same. */
export function withSpectra<R>(
  a: AnyField,
  b: AnyField,
  measure: (a: HalfSpectrum, b: HalfSpectrum, mesh: SpectrumMesh) => R,
): R {
  const comm = commOf(a, b);
  const check = () => {
    checkSameMesh("measure power", a, b);
    [a, b].forEach(checkQuantity);
  };
  if (comm) together(comm, check);
  else check();
  const mesh = { cells: a.cells, boxSize: a.boxSize, units: [a.unit, b.unit], ...comm ? { comm } : {} } as const;
  using spectrum = transform(a);
  if (b === a) return measure(spectrum, spectrum, mesh);
  using other = transform(b);
  return measure(spectrum, other, mesh);
}

/** The ranks of two fields in parts. */
function commOf(a: AnyField, b: AnyField): DistributedField["comm"] | undefined {
  const [one, other] = [a, b].map((field) => field instanceof DistributedField ? field.comm : undefined);
  if (one === other) return one;
  const rule = "both fields must be whole, or in parts on the same ranks";
  throw new DomainError(`Cannot measure power: ${rule}`, rule, "different ones");
}

function transform(field: AnyField): HalfSpectrum {
  return field instanceof DistributedField ? transformParts(field) : rfftn(field.array) as HalfSpectrum;
}

/** The half spectrum of a field in parts, in slabs along x. */
function transformParts(field: DistributedField): HalfSpectrum {
  const { comm, cells, decomposition: { grid }, array: { dtype } } = field;
  const half = [cells, cells, Math.floor(cells / 2) + 1];
  using plan = new DistributedPlan(comm, [cells, cells, cells], {
    kind: "real",
    dtype,
    // The last exchange is the one that makes slabs.
    order: "transposed",
    grid: grid[2] === 1 ? [grid[0], grid[1]] : "auto",
  });
  const moved = plan.points.grid.every((parts, axis) => parts === grid[axis])
    ? field
    : redistributeField(field, plan.points);
  const slabs = new Decomposition(half, [comm.size, 1, 1]);
  try {
    const spectrum = plan.forward(moved.array as NdArray<"float64">);
    if (plan.frequencies.grid.every((parts, axis) => parts === slabs.grid[axis])) return spectrum as HalfSpectrum;
    try {
      const out = together(comm, () => empty(slabs.box(comm.rank).shape, plan.spectrumDtype));
      redistribute(comm, spectrum as NdArray<"complex128">, plan.frequencies, out as NdArray<"complex128">, slabs);
      return out as HalfSpectrum;
    } finally {
      spectrum.dispose();
    }
  } finally {
    if (moved !== field) moved.array.dispose();
  }
}

function checkQuantity({ quantity }: AnyField): void {
  if (quantity !== "counts" && quantity !== "density") return;
  throw new DomainError(
    `Cannot measure the power of a field of ${quantity}: its power depends on its mean; take overdensity(field) first`,
    "another quantity",
    quantity,
  );
}
