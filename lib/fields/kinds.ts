import { FieldBase } from "./field_base.ts";

/** Units of densities: n/mean - 1, particles per (Mpc/h)^3, particles per cell or pixel, M_sun/h per (Mpc/h)^3. */
export type DensityUnit = "overdensity" | "density" | "counts" | "massDensity";

/** Units of positions [cell]: from the particle's lattice site, or from the origin; or [Mpc/h] from the origin. */
export type PositionUnit = "gridRelative" | "gridAbsolute" | "mpch";

/** A density on the mesh, `[nx, ny, nz]`, or a stack of them `[shell, nx, ny, nz]`. */
export class DensityField extends FieldBase<DensityUnit> {}

/**
 * Displacements or momenta of one particle for each cell, `[3, nx, ny, nz]`, or a stack of them `[shell, 3, nx, ny, nz]`. The
 * lattice site of element (i, j, k) is the node (i, j, k). Momenta are a^2 dx/dt / H0 with x in cells.
 */
export class ParticleField extends FieldBase<PositionUnit> {}

/** A map on a plane that looks along z, `[px, py]`, or a stack of them `[shell, px, py]`. */
export class FlatField extends FieldBase<DensityUnit | "1"> {}

/** A HEALPix map in RING order, `[pixel]`, or a stack of them `[shell, pixel]`. */
export class SphericalField extends FieldBase<DensityUnit | "1"> {}
