import { DomainError, ShapeError } from "../base/mod.ts";
import { FieldBase, type RealArray } from "./field_base.ts";
import type { Metadata } from "./metadata.ts";
import {
  type DensityOptions,
  densityTo,
  type DensityUnit,
  pixelVolumes,
  positionsTo,
  type PositionUnit,
} from "./units.ts";

/** Checks that the last axes are those of the simulation's mesh. */
function checkMesh(name: string, array: RealArray, { mesh }: Metadata, lead: readonly number[] = []): void {
  const needed = [...lead, ...mesh];
  const found = array.shape.slice(-needed.length);
  if (needed.every((n, i) => n === found[i])) return;
  const [rule, got] = [`[${needed.join(", ")}]`, `[${array.shape.join(", ")}]`];
  throw new ShapeError(`Cannot make ${name}: its shape must end in ${rule}, got ${got}`, rule, got);
}

/** A density on the mesh, `[nx, ny, nz]`, or a stack of them `[shell, nx, ny, nz]`. */
export class DensityField extends FieldBase<DensityUnit | "1"> {
  /** Takes over array and metadata; see `FieldBase`. The last axes are the mesh. */
  constructor(array: RealArray, meta: Metadata, unit: DensityUnit | "1") {
    super(array, meta, unit);
    checkMesh(this.form.name, array, meta);
  }

  /** Name, number of axes and names of the axes of a single field. */
  override get form(): { name: string; rank: number; axes: string } {
    return { name: "a density field", rank: 3, axes: "nx, ny, nz" };
  }

  /** The same density in another unit: new numbers; see `DensityOptions`. */
  to(unit: DensityUnit, options?: DensityOptions): DensityField {
    const volume = this.meta.boxSize.reduce((v, length, i) => v * length / this.meta.mesh[i], 1);
    return densityTo(this, unit, new Float64Array(this.shells).fill(volume), options);
  }
}

/**
 * Displacements or momenta of one particle for each cell, `[3, nx, ny, nz]`, or a stack of them `[shell, 3, nx, ny, nz]`. The
 * lattice site of element (i, j, k) is the node (i, j, k). Momenta are a^2 dx/dt / H0 with x in cells.
 */
export class ParticleField extends FieldBase<PositionUnit> {
  /** Takes over array and metadata; see `FieldBase`. The last axes are component and mesh. */
  constructor(array: RealArray, meta: Metadata, unit: PositionUnit) {
    super(array, meta, unit);
    checkMesh(this.form.name, array, meta, [3]);
  }

  /** Name, number of axes and names of the axes of a single field. */
  override get form(): { name: string; rank: number; axes: string } {
    return { name: "a particle field", rank: 4, axes: "3, nx, ny, nz" };
  }

  /**
   * The same positions in another unit: new numbers. Nothing is wrapped, so a particle that left the box stays outside,
   * and going there and back gives what was there, to rounding (in float32 up to 1e-7 times the mesh, as absolute
   * positions have fewer digits after the point). For displacements; momenta have no other unit.
   */
  to(unit: PositionUnit): ParticleField {
    return positionsTo(this, unit);
  }
}

/** A map on a plane that looks along z, `[px, py]`, or a stack of them `[shell, px, py]`. */
export class FlatField extends FieldBase<DensityUnit | "1"> {
  /** Name, number of axes and names of the axes of a single field. */
  override get form(): { name: string; rank: number; axes: string } {
    return { name: "a flat map", rank: 2, axes: "px, py" };
  }

  /** [1] Pixels along x and y. */
  get pixels(): readonly [number, number] {
    const [px, py] = this.array.shape.slice(-2);
    return [px, py];
  }

  /** [deg] Sides of the field of view, where the metadata have them. */
  get fieldSize(): readonly [number, number] | undefined {
    return this.meta.fieldSize;
  }

  /** The same density in another unit: new numbers; see `DensityOptions`. A pixel's volume is area times width. */
  to(unit: DensityUnit, options?: DensityOptions): FlatField {
    const [lx, ly] = this.meta.boxSize;
    const [px, py] = this.pixels;
    return densityTo(this, unit, this.meta.widths?.map((w) => lx / px * (ly / py) * w), options);
  }
}

/** A HEALPix map in RING order, `[pixel]`, or a stack of them `[shell, pixel]`. */
export class SphericalField extends FieldBase<DensityUnit | "1"> {
  /** Takes over array and metadata; see `FieldBase`. The last axis has 12 nside^2 pixels, nside a power of two. */
  constructor(array: RealArray, meta: Metadata, unit: DensityUnit | "1") {
    super(array, meta, unit);
    const { nside } = this;
    if (!Number.isInteger(Math.log2(nside))) {
      const [rule, got] = ["12 nside^2 with nside a power of two", String(array.shape.at(-1))];
      throw new DomainError(`Cannot make a HEALPix map: the number of pixels must be ${rule}, got ${got}`, rule, got);
    }
  }

  /** Name, number of axes and names of the axes of a single field. */
  override get form(): { name: string; rank: number; axes: string } {
    return { name: "a HEALPix map", rank: 1, axes: "pixel" };
  }

  /** [1] HEALPix resolution: the map has 12 nside^2 pixels. */
  get nside(): number {
    return Math.sqrt(this.array.shape.at(-1)! / 12);
  }

  /** The same density in another unit: new numbers; see `DensityOptions`. Pixels are parts of the shell. */
  to(unit: DensityUnit, options?: DensityOptions): SphericalField {
    return densityTo(this, unit, pixelVolumes(this.meta, this.array.shape.at(-1)!), options);
  }
}
