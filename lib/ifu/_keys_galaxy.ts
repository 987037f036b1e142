import type { Parameter } from "../config/mod.ts";
import { ignored, POSITIVE, table } from "./_keys.ts";
import { SYNTHETIC_KEYS } from "./_keys_synthetic.ts";

const VECTORS = ["coords", "velocity"];
const MEANINGS: Readonly<Record<string, string>> = {
  coords: "places [kpc]",
  velocity: "velocities [km/s]",
  mass: "masses [M_sun]",
  metallicity: "metallicities, shares of the mass,",
  age: "ages [Gyr]",
  hydrogen: "hydrogen, share of the mass,",
  oxygen: "oxygen, share of the mass,",
};

/** Names of columns of particles in a file. */
const columns = (group: string, what: string, keys: readonly string[]): Parameter[] =>
  table(
    group,
    Object.fromEntries(keys.map((key) => [key, {
      kind: ["text", "texts"],
      default: null,
      description: `Column of data.path${VECTORS.includes(key) ? ", or three of them," : ""} with ${
        MEANINGS[key] ?? key
      } of ${what}; usual names are found`,
    }])),
  );

/** Where particles come from, and how the galaxy is turned and placed. */
export const GALAXY_KEYS: readonly Parameter[] = [
  ...table("", {
    output_path: {
      kind: "path",
      default: null,
      description: "Folder in which RUBIX keeps rubix_galaxy.h5; the galaxy is read from there if it has one",
    },
  }),
  ...table("pipeline", {
    name: {
      kind: "text",
      choices: ["calc_ifu", "calc_dusty_ifu", "calc_gradient"],
      default: null,
      description: 'What RUBIX computes, in place of pipeline = "ifu": without dust, with dust, without dust',
    },
  }),
  ...table("logger", {
    log_level: ignored("Lowest level of RUBIX's messages", "messages have one form; --quiet leaves them out"),
    log_file_path: ignored("File of RUBIX's messages", "messages go to the standard error stream"),
    format: ignored("Form of RUBIX's messages", "messages have one form"),
  }),
  ...table("data", {
    name: {
      kind: "text",
      choices: ["synthetic", "file", "IllustrisAPI", "NihaoHandler"],
      default: null,
      description:
        "Where the galaxy comes from: made from data.synthetic; data.path; a download; left out, data.path if given, else made",
    },
    path: { kind: "path", default: null, description: "File with the particles of a galaxy" },
    format: {
      kind: "text",
      choices: ["rubix", "tng", "hdf5", "npz", "csv"],
      default: null,
      description: "Layout of data.path: RUBIX's galaxy, a cutout of IllustrisTNG, or columns; found out unless given",
    },
    center: {
      kind: "numbers",
      unit: "kpc",
      default: null,
      description: "Center of the galaxy in its file, x, y and z; what the file says, else its densest place",
    },
    half_mass_radius: {
      ...POSITIVE,
      unit: "kpc",
      default: null,
      description: "Radius that holds half of the mass of stars",
    },
    redshift: { kind: "number", unit: "1", least: 0, default: null, description: "Redshift of the snapshot" },
    save_name: ignored("Name of RUBIX's results", "results are named after what they are; --out sets their folder"),
  }),
  ...columns("data.stars", "stars", ["coords", "velocity", "mass", "metallicity", "age"]),
  ...columns("data.gas", "gas", ["coords", "mass", "metallicity", "hydrogen", "oxygen"]),
  ...table("data.args", {
    api_key: { kind: "text", default: null, description: "Key of the IllustrisTNG service, for downloads" },
    particle_type: {
      kind: "texts",
      default: ["stars", "gas"],
      description: "Kinds of particles that are read: stars, gas",
    },
    simulation: { kind: "text", default: "TNG50-1", description: "Run of IllustrisTNG" },
    snapshot: { kind: "integer", unit: "1", least: 0, most: 99, default: 99, description: "Its snapshot" },
    save_data_path: { kind: "path", default: "api_data", description: "Folder of downloads" },
  }),
  ...table("data.load_galaxy_args", {
    id: { kind: "integer", unit: "1", least: 0, default: null, description: "Number of the subhalo in its snapshot" },
    reuse: { kind: "boolean", default: true, description: "Whether a cutout that was downloaded before is used" },
  }),
  ...table("data.subset", {
    use_subset: { kind: "boolean", default: false, description: "Whether only some of the particles are used" },
    subset_size: { kind: "integer", unit: "1", least: 1, default: null, description: "How many of each kind" },
    seed: { kind: "integer", unit: "1", least: 0, default: 42, description: "Seed of their choice" },
  }),
  ...SYNTHETIC_KEYS,
  ...table("simulation", {
    name: {
      kind: "text",
      choices: ["IllustrisTNG", "NIHAO"],
      default: null,
      description: "Layout of the particles for RUBIX; a galaxy of NIHAO stands face-on as it is, and is not aligned",
    },
  }),
  ...table("simulation.args", {
    path: { kind: "path", default: null, description: "Cutout of IllustrisTNG, as data.path" },
    halo_path: ignored("Halo of NIHAO", "a galaxy of NIHAO is read after it was converted to RUBIX's file"),
    rotation_path: ignored("Folder of NIHAO", "a galaxy of NIHAO is read after it was converted to RUBIX's file"),
    halo_id: ignored("Halo of NIHAO", "a galaxy of NIHAO is read after it was converted to RUBIX's file"),
  }),
  ...table("galaxy", {
    dist_z: { ...POSITIVE, unit: "1", most: 20, default: 0.1, description: "Redshift at which the galaxy is put" },
    align: {
      kind: "boolean",
      default: null,
      description:
        "Whether the galaxy is first turned face-on by the inertia of its stars; done unless simulation.name is NIHAO",
    },
  }),
  ...table("galaxy.rotation", {
    type: {
      kind: "text",
      choices: ["face-on", "edge-on", "matrix"],
      default: null,
      description: "Orientation, in place of angles",
    },
    alpha: { kind: "number", unit: "deg", default: null, description: "Angle about x, the first turn" },
    beta: { kind: "number", unit: "deg", default: null, description: "Angle about y, the second" },
    gamma: { kind: "number", unit: "deg", default: null, description: "Angle about z, the third" },
    matrix: {
      kind: "rows",
      unit: "1",
      default: null,
      description: 'Rotation of row vectors, three rows of three, for type = "matrix"',
    },
  }),
];
