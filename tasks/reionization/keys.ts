/**
 * Keys of a reionization configuration.
 *
 * @module
 */
import type { Parameter } from "../../lib/config/mod.ts";
import { PARAMETER_TABLE, type ParameterInfo } from "../../lib/radiation/mod.ts";

/** Where snapshots come from: first initial conditions of our own, then files by the code that wrote them. */
export const SOURCES = [
  "initial-conditions",
  "snapshots",
  "pkdgrav3",
  "nbody",
  "thesan",
  "py21cmfast",
  "artificial",
] as const;
/** A word of `SOURCES`. */
export type SourceName = typeof SOURCES[number];

/** Parameters of BEoRN that other keys replace here. */
const REPLACED: ReadonlySet<string> = new Set(["cosmo_sim.py21cmfast_high_res_factor", "cosmo_sim.file_root"]);

const row = (group: string, key: string, kind: Parameter["kind"], rest: Omit<Parameter, "group" | "key" | "kind">) => ({
  group,
  key,
  kind,
  ...rest,
});

const INPUT: readonly Parameter[] = [
  row("input", "source", "text", {
    choices: SOURCES,
    default: null,
    description:
      'Where halos and densities come from; "snapshots" if input.snapshots is given, else initial conditions',
  }),
  row("input", "snapshots", "path", {
    default: null,
    description: "HDF5 file with groups snap_0, snap_1, ..., or what the source reads: its log, list or folder",
  }),
  row("input", "missing", "text", {
    choices: ["error", "skip", "noHalos"],
    default: "error",
    description: "What a snapshot without one of its files is: an error, left out, or one without halos",
  }),
  row("input", "mass_unit", "text", {
    choices: ["M_sun/h", "M_sun", "1e10 M_sun/h"],
    default: null,
    description: "Unit of the masses of pkdgrav3 and nbody; M_sun unless given",
  }),
  row("input", "length_unit", "text", {
    choices: ["Mpc/h", "Mpc", "kpc/h", "kpc", "box"],
    default: null,
    description: "Unit of the positions of pkdgrav3 and nbody; Mpc/h unless given",
  }),
  row("input", "origin", "text", {
    choices: ["corner", "centre"],
    default: null,
    description: "Where the positions of pkdgrav3 and nbody start in the box; in its centre unless given",
  }),
  row("input", "tree", "path", {
    default: null,
    description: "HDF5 file of merger trees, with snapshot_redshifts, to which accretion rates are fitted",
  }),
  row("input", "profiles", "path", {
    default: null,
    description: "HDF5 file of radiation profiles; computed unless given",
  }),
];

const INITIAL: readonly Parameter[] = [
  row("initial", "order", "integer", {
    least: 1,
    most: 3,
    unit: "1",
    default: 2,
    description: "Order of Lagrangian perturbation theory",
  }),
  row("initial", "fixed", "boolean", {
    default: true,
    description: "Whether all modes have the mean amplitude of the power spectrum, and random phases alone",
  }),
  row("initial", "paired", "boolean", {
    default: false,
    description: "Whether the field is the negative of the seed's",
  }),
  row("initial", "noise", "path", {
    default: null,
    description:
      'HDF5 file with white noise in a dataset "noise" [Ncell, Ncell, Ncell]; drawn from the seed unless given',
  }),
  row("initial", "transfer", "text", {
    choices: ["wiggles", "noWiggles"],
    default: "wiggles",
    description: "Transfer function of Eisenstein and Hu (1998), with or without acoustic oscillations",
  }),
  row("initial", "power", "path", {
    default: null,
    description:
      "File with a linear power spectrum at z = 0, of CAMB, CLASS or two columns, instead of the transfer function",
  }),
  row("initial", "mass_function", "text", {
    choices: ["shethTormen", "pressSchechter"],
    default: "shethTormen",
    description: "Conditional mass function that halos are drawn from",
  }),
  row("initial", "environment_radius", "number", {
    unit: "Mpc/h",
    least: 0,
    aboveLeast: true,
    default: null,
    description: "Radius of the sphere whose density decides the halos of a cell; that of a cell's volume unless given",
  }),
  row("initial", "move_halos", "boolean", {
    default: true,
    description: "Whether halos move with the matter from where they are drawn",
  }),
];

const PRECOMPUTE: readonly Parameter[] = [
  row("precompute", "f_st_grid", "boolean", {
    default: false,
    description: "Whether profiles are made for a grid of star-formation efficiencies, from which halos draw",
  }),
  row("precompute", "alpha_centres", "text", {
    choices: ["geometric", "arithmetic"],
    default: "geometric",
    description: "Mean of two edges of accretion rate that is the centre of their bin",
  }),
  row("precompute", "refine", "integer", {
    least: 1,
    most: 100,
    unit: "1",
    default: 1,
    description: "Intervals of the solver between two redshifts of the profiles",
  }),
  row("precompute", "xray_step", "number", {
    least: 0,
    unit: "1",
    default: 0,
    description:
      "Redshift between nodes of the light-cones of X-rays; 0: the redshift seen at each radius (BEoRN: 0.1)",
  }),
  row("precompute", "lyman_step", "number", {
    least: 0,
    unit: "1",
    default: 0,
    description: "The same for Lyman-alpha photons (BEoRN: 0.01)",
  }),
  row("precompute", "xray_frequencies", "integer", {
    least: 0,
    unit: "1",
    default: 0,
    description: "Frequencies of X-rays, for a trapezoidal rule; 0: as many as accuracy needs (BEoRN: 50)",
  }),
];

const PAINT: readonly Parameter[] = [
  row("paint", "tolerance", "number", {
    unit: "1",
    default: 1e-6,
    least: 0,
    most: 1e-2,
    description: "Accuracy to which the profiles of all bins are represented by fewer",
  }),
  row("paint", "divide", "text", {
    choices: ["auto", "snapshots", "slabs"],
    default: "auto",
    description:
      "What ranks share: snapshots, or slabs of one snapshot at a time; slabs unless given where a snapshot does not fit " +
      "into the memory of one of several ranks",
  }),
  row("paint", "redshift_space", "boolean", {
    default: true,
    description: "Whether the brightness is also written in redshift space, where the source has velocities",
  }),
  row("paint", "line_of_sight", "integer", {
    least: 0,
    most: 2,
    unit: "1",
    default: 2,
    description: "Axis along which we look: 0 is x, 1 is y, 2 is z",
  }),
];

const ANALYSIS: readonly Parameter[] = [
  row("analysis", "bins", "integer", {
    unit: "1",
    least: 1,
    most: 1000,
    default: null,
    description: "Bins of wavenumber; floor(6 log10 Ncell) unless given",
  }),
  row("analysis", "spacing", "text", {
    choices: ["log", "linear"],
    default: "log",
    description: "Spacing of the bins",
  }),
  row("analysis", "slice_axis", "integer", {
    least: 0,
    most: 2,
    unit: "1",
    default: 2,
    description: "Axis across which slices are cut: 0 is x, 1 is y, 2 is z",
  }),
  row("analysis", "slice_index", "integer", {
    least: 0,
    unit: "1",
    default: null,
    description: "Cell at which slices are cut; the middle unless given",
  }),
  row("analysis", "rays", "integer", {
    least: 1,
    unit: "1",
    default: 100_000,
    description: "Rays that measure the sizes of ionised regions at each redshift",
  }),
  row("analysis", "ionised_threshold", "number", {
    least: 0,
    most: 1,
    unit: "1",
    default: 0.5,
    description: "Ionised fraction above which a cell belongs to an ionised region",
  }),
  row("analysis", "lightcone", "boolean", {
    default: true,
    description: "Whether a light-cone is made of two or more redshifts",
  }),
  row("analysis", "png_scale", "number", {
    least: 0.5,
    most: 10,
    unit: "1",
    default: 2,
    description: "Pixels of PNG figures per point of the SVG",
  }),
];

const KINDS = { choice: "text", numberOrChoice: ["number", "text"] } as const;

/** The row of a physical parameter. */
function physicalRow(group: string, key: string, info: ParameterInfo<unknown>): Parameter {
  const kind = info.kind in KINDS ? KINDS[info.kind as keyof typeof KINDS] : info.kind as Parameter["kind"];
  return {
    group,
    key,
    kind,
    unit: info.unit,
    default: info.default as Parameter["default"],
    description: info.text,
    ...(info.choices ? { choices: info.choices } : {}),
    ...(info.least !== undefined ? { least: info.least } : {}),
    ...(info.above !== undefined ? { least: info.above, aboveLeast: true } : {}),
    ...(info.most !== undefined ? { most: info.most } : {}),
  };
}

/** All keys, in the order in which help shows them. */
export const PARAMETERS: readonly Parameter[] = [
  ...INPUT,
  ...INITIAL,
  ...PRECOMPUTE,
  ...PAINT,
  ...ANALYSIS,
  ...Object.entries(PARAMETER_TABLE).flatMap(([group, members]) =>
    Object.entries(members as Record<string, ParameterInfo<unknown>>)
      .filter(([key]) => !REPLACED.has(`${group}.${key}`))
      .map(([key, info]) => physicalRow(group, key, info))
  ),
];
