/**
 * Keys of a light-cone configuration.
 *
 * @module
 */
import type { Parameter } from "../../lib/config/mod.ts";

/** What a run can be asked to show at the times of its shells. */
export const TARGETS = ["spherical", "flat", "density", "particles"] as const;
/** A word of `TARGETS`. */
export type Target = typeof TARGETS[number];

const group = (name: string, rows: Record<string, Omit<Parameter, "group" | "key">>): Parameter[] =>
  Object.entries(rows).map(([key, rest]) => ({ group: name, key, ...rest }));

const COSMOLOGY = group("cosmology", {
  h: { kind: "number", unit: "1", least: 0.1, most: 2, default: 0.6766, description: "Hubble constant / 100 km/s/Mpc" },
  omega_m: {
    kind: "number",
    unit: "1",
    least: 0,
    aboveLeast: true,
    most: 2,
    default: 0.3111,
    description: "Matter today, baryons and neutrinos included",
  },
  omega_b: {
    kind: "number",
    unit: "1",
    least: 0,
    aboveLeast: true,
    most: 1,
    default: 0.049,
    description: "Baryons today",
  },
  omega_k: { kind: "number", unit: "1", least: -1, most: 1, default: 0, description: "Curvature today" },
  w0: {
    kind: "number",
    unit: "1",
    least: -3,
    most: 0,
    default: -1,
    description: "Equation of state of dark energy today",
  },
  wa: { kind: "number", unit: "1", least: -3, most: 3, default: 0, description: "w(a) = w0 + wa (1 - a)" },
  sigma8: {
    kind: "number",
    unit: "1",
    least: 0,
    aboveLeast: true,
    most: 3,
    default: 0.8102,
    description: "Root mean square of linear density in spheres of 8 Mpc/h today",
  },
  n_s: { kind: "number", unit: "1", least: 0, most: 2, default: 0.9665, description: "Slope of the primordial power" },
  t_cmb: {
    kind: "number",
    unit: "K",
    least: 0,
    aboveLeast: true,
    most: 10,
    default: 2.726,
    description: "Temperature of the microwave background today",
  },
});

const SIMULATION = group("simulation", {
  mesh: {
    kind: ["integer", "numbers"],
    unit: "1",
    least: 4,
    most: 2048,
    default: 64,
    description: "Cells along an axis, or along x, y and z; one particle for each cell",
  },
  box: {
    kind: ["number", "numbers"],
    unit: "Mpc/h",
    least: 0,
    aboveLeast: true,
    default: 500,
    description: "Side of the periodic box, or sides along x, y and z, in proportion to the mesh",
  },
  observer: {
    kind: "numbers",
    unit: "1",
    least: 0,
    most: 1,
    default: [0.5, 0.5, 0.5],
    description: "Place of the observer, as fractions of the box",
  },
});

const INITIAL = group("initial", {
  seed: { kind: "integer", unit: "1", least: 0, default: 0, description: "Seed of the white noise" },
  generator: {
    kind: "text",
    choices: ["threefry", "philox"],
    default: "threefry",
    description: "Random numbers: those of JAX for the same seed, or our faster ones",
  },
  noise: {
    kind: "path",
    default: null,
    description:
      'HDF5 file with white noise in a dataset "noise" of the mesh\'s shape; drawn from the seed unless given',
  },
  transfer: {
    kind: "text",
    choices: ["wiggles", "noWiggles"],
    default: "wiggles",
    description: "Transfer function of Eisenstein and Hu (1998), with or without acoustic oscillations",
  },
  power: {
    kind: "path",
    default: null,
    description: "File with a linear power spectrum at z = 0, of CAMB, CLASS or two columns, instead of the fit",
  },
});

const EVOLUTION = group("evolution", {
  order: {
    kind: "integer",
    unit: "1",
    least: 1,
    most: 3,
    default: 1,
    description: "Order of Lagrangian perturbation theory for the start",
  },
  a_start: {
    kind: "number",
    unit: "1",
    least: 0,
    aboveLeast: true,
    most: 1,
    default: 0.1,
    description: "Scale factor at which particles start",
  },
  a_step: {
    kind: "number",
    unit: "1",
    least: 1e-4,
    most: 1,
    default: 0.05,
    description: "Longest step in the scale factor",
  },
  solver: {
    kind: "text",
    choices: ["doubleKickDrift", "driftDoubleKick", "lpt"],
    default: "doubleKickDrift",
    description: "Order of particle-mesh steps; or none, perturbation theory alone for each shell",
  },
  correction: {
    kind: "text",
    choices: ["none", "pgd", "sharpening"],
    default: "none",
    description:
      "What makes up for the mesh on small scales: potential gradient descent (Dai et al. 2018), or its form that can be undone",
  },
});

const SHELLS = group("shells", {
  targets: {
    kind: "texts",
    default: ["spherical", "density"],
    description: `What is written at the times of the shells: ${TARGETS.join(", ")}`,
  },
  count: {
    kind: "integer",
    unit: "1",
    least: 1,
    most: 1000,
    default: 4,
    description: "Shells from the observer to the reach of the box",
  },
  centers: {
    kind: "numbers",
    unit: "Mpc/h",
    least: 0,
    aboveLeast: true,
    default: null,
    description: "Distances of the middles of the shells, near to far, instead of shells.count",
  },
  spacing: {
    kind: "text",
    choices: ["width", "volume"],
    default: "width",
    description: "What shells have in common: their width, or their volume, down to shells.min_width",
  },
  min_width: {
    kind: "number",
    unit: "Mpc/h",
    least: 0,
    aboveLeast: true,
    default: 50,
    description: "Least width of shells of the same volume",
  },
  nside: {
    kind: "integer",
    unit: "1",
    least: 1,
    most: 8192,
    default: 64,
    description: "Resolution of HEALPix maps, a power of two",
  },
  scheme: {
    kind: "text",
    choices: ["ngp", "bilinear", "rbfNeighbor"],
    default: "bilinear",
    description:
      "Pixels of a particle on the sphere: its own, four by their weights of interpolation, or nine by a Gaussian",
  },
  pixels: {
    kind: "numbers",
    unit: "1",
    least: 1,
    most: 32768,
    default: null,
    description: "Pixels of flat maps along x and y; as many as cells unless given",
  },
  drift: {
    kind: "boolean",
    default: false,
    description: "Whether particles of a shell are moved on to the time at which each is seen",
  },
  tiling: {
    kind: "text",
    choices: ["none", "onion", "telephoto"],
    default: "none",
    description: "How boxes are repeated for shells beyond the reach of one",
  },
});

const LENSING = group("lensing", {
  source_redshifts: {
    kind: "numbers",
    unit: "1",
    least: 0,
    aboveLeast: true,
    most: 1100,
    default: [0.05, 0.08],
    description: "Redshifts of sources, each with a convergence map; none for no maps",
  },
  smail: {
    kind: "numbers",
    unit: "1",
    least: 0,
    most: 1100,
    default: null,
    description: "Sources spread as z^alpha exp(-(z/z0)^beta): alpha, beta and z0, three numbers for each map",
  },
  top_hat: {
    kind: "numbers",
    unit: "1",
    least: 0,
    most: 1100,
    default: null,
    description: "Sources spread evenly between redshifts: lowest and highest, two numbers for each map",
  },
  method: {
    kind: "text",
    choices: ["born", "raytrace"],
    default: "born",
    description: "Straight lines, or rays that each shell of the sphere deflects, for sources at single redshifts",
  },
  shear: {
    kind: "boolean",
    default: false,
    description: "Whether shear maps are written too, and on the sphere the power of their E and B modes",
  },
  field_size: {
    kind: "numbers",
    unit: "deg",
    least: 0,
    aboveLeast: true,
    most: 90,
    default: [10, 10],
    description: "Sides of the field of view of flat convergence maps",
  },
});

const ANALYSIS = group("analysis", {
  bins: {
    kind: "integer",
    unit: "1",
    least: 1,
    most: 1000,
    default: null,
    description: "Bins of wavenumber; floor(6 log10 of the cells) unless given",
  },
  l_max: {
    kind: "integer",
    unit: "1",
    least: 2,
    default: null,
    description: "Largest multipole of angular power; 2 nside unless given",
  },
  png_scale: {
    kind: "number",
    unit: "1",
    least: 0.5,
    most: 10,
    default: 2,
    description: "Pixels of PNG figures per point of the SVG",
  },
});

/** All keys, in the order in which help shows them. */
export const PARAMETERS: readonly Parameter[] = [
  ...SIMULATION,
  ...INITIAL,
  ...EVOLUTION,
  ...SHELLS,
  ...LENSING,
  ...ANALYSIS,
  ...COSMOLOGY,
];
