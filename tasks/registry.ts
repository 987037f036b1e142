/**
 * The pipelines that the three verbs know.
 *
 * A pipeline gives a table of its parameters and, for each verb, a function from a checked configuration to tasks:
 *
 *     export const pipeline: Pipeline = {
 *       description: "21-cm cubes of the epoch of reionisation",
 *       parameters: [
 *         { group: "input", key: "snapshots", kind: "path", description: "Halo catalogues" },
 *         { group: "simulation", key: "Ncell", kind: "integer", least: 4, unit: "1", default: 128, description: "Cells" },
 *       ],
 *       example: () => ({ text: 'pipeline = "toy"\n[input]\nsnapshots = "s.h5"', folder: "/path/to/the/examples" }),
 *       stages: {
 *         paint: (config) => [paintTask(config)],
 *         analyse: (config) => [analyseTask(config, paintTask(config))], // paint is an input, so it runs first
 *       },
 *     };
 *
 * @module
 */
import { InputError } from "../lib/base/mod.ts";
import type { Document, Parameter, Value, Values } from "../lib/config/mod.ts";
import type { Task } from "../lib/runner/mod.ts";

/** The verbs of the command line that run tasks. */
export const VERBS = ["precompute", "paint", "analyse"] as const;
/** A verb of the command line that runs tasks. */
export type Verb = typeof VERBS[number];

/** A configuration whose keys, types and ranges are right. */
export interface Config {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Values by group and key, complete: what was left out has its default. Paths are absolute. */
  readonly values: Values;
  /** Where it came from, for messages: path of the file, or "the built-in example". */
  readonly source: string;
  /** Lines to tell the user before a run: keys that change nothing. */
  readonly notices?: readonly string[];
}

/** What a verb does: the tasks whose outputs it is asked for. What they read from runs first. */
export type Stage = (config: Config) => Task[] | Promise<Task[]>;

/** A pipeline. */
export interface Pipeline {
  /** One line for `list`. */
  readonly description: string;
  /** All keys of its configuration. */
  readonly parameters: readonly Parameter[];
  /** Configuration (TOML) used when none is given, and the folder that its paths are relative to. */
  readonly example?: () => { text: string; folder: string };
  /** Values that `--preset NAME` puts in place of the example's, by name, group and key. */
  readonly presets?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value>>>>>>;
  /** Puts keys of another program's configuration into their places, before they are checked. */
  readonly translate?: (document: Document) => Document;
  /** Lines to tell the user before a run, such as of keys that change nothing together with others. */
  readonly notices?: (values: Values) => readonly string[];
  /** What each verb does; a verb left out says so. */
  readonly stages: Partial<Record<Verb, Stage>>;
}

/** Pipelines by name; each loads when it is first asked for. */
export const PIPELINES: Readonly<Record<string, () => Promise<Pipeline>>> = {
  reionization: async () => (await import("./reionization/mod.ts")).pipeline,
  lightcone: async () => (await import("./lightcone/mod.ts")).pipeline,
  ifu: async () => (await import("./ifu/mod.ts")).pipeline,
};

/** Pipelines that the `name` in a table `pipeline` of other programs' configurations asks for: those of RUBIX. */
export const FOREIGN_PIPELINES: Readonly<Record<string, string>> = {
  calc_ifu: "ifu",
  calc_dusty_ifu: "ifu",
  calc_gradient: "ifu",
};

/** What a verb does in a pipeline. */
export function stageOf(pipeline: Pipeline, config: Config, verb: Verb): Stage {
  const stage = pipeline.stages[verb];
  if (stage) return stage;
  const verbs = Object.keys(pipeline.stages).join(" and ");
  throw new InputError(
    `Cannot ${verb} with ${config.source}: pipeline "${config.pipeline}" knows ${verbs} only`,
    config.source,
    "pipeline",
  );
}
