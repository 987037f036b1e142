/**
 * What is computed once for a universe and a mesh: tables of background and growth, the initial field.
 *
 * @module
 */
import { comovingDistance, expansionRate, growthFactor, growthRate, matterPower } from "../../lib/cosmology/mod.ts";
import { writeField } from "../../lib/fields/mod.ts";
import { writeHdf5 } from "../../lib/io/mod.ts";
import type { Estimate, Task, TaskContext } from "../../lib/runner/mod.ts";
import { boxKey, type Plan, universeKey } from "./config.ts";
import { initialDensity, powerOf } from "./initial.ts";

const BACKGROUND = "background.h5";
const INITIAL = "initial_field.h5";

/** Path of the tables in the folder of what the step made. */
export const backgroundFile = (folder: string): string => `${folder}/${BACKGROUND}`;
/** Path of the initial field in the folder of what the step made. */
export const initialFile = (folder: string): string => `${folder}/${INITIAL}`;

/** Points of the tables in the scale factor, from 10^-3 to 1, and in k, from 10^-4 to 10 h/Mpc; even in the logarithm. */
const POINTS = 256;

/** Files that decide the linear power. */
const powerFiles = ({ initial: { power } }: Plan): Record<string, string> => power === null ? {} : { power };

/** The step that writes tables of the universe, for readers: expansion, distance, growth, linear power. */
export function backgroundTask(plan: Plan): Task {
  const { universe, initial: { transfer, power } } = plan;

  async function run(context: TaskContext): Promise<void> {
    const linear = await powerOf(plan);
    const a = Float64Array.from({ length: POINTS }, (_, i) => 10 ** (-3 * (1 - i / (POINTS - 1))));
    const k = Float64Array.from({ length: POINTS }, (_, i) => 10 ** (-4 + 5 * i / (POINTS - 1)));
    const z = a.map((a) => Math.max(1 / a - 1, 0));
    const second = { order: "2" } as const;
    const columns: [string, Float64Array, string][] = [
      ["a", a, "1"],
      ["z", z, "1"],
      ["E", expansionRate(universe, z), "1"],
      ["chi", comovingDistance(universe, z), "Mpc/h"],
      ["D1", growthFactor(universe, z), "1"],
      ["f1", growthRate(universe, z), "1"],
      ["D2", growthFactor(universe, z, second), "1"],
      ["f2", growthRate(universe, z, second), "1"],
    ];
    await context.part(BACKGROUND, (path) =>
      writeHdf5(path, (file) => {
        file.setAttributes("/", { ...universe });
        for (const [name, values, unit] of columns) file.writeArray(`background/${name}`, values, { unit });
        file.writeArray("power/k", k, { unit: "h/Mpc" });
        file.writeArray("power/P", matterPower(linear, k), { unit: "(Mpc/h)^3" });
      }));
  }

  return {
    name: "background",
    version: 1,
    module: import.meta.url,
    inputs: powerFiles(plan),
    parameters: { universe: universeKey(universe), transfer: power === null ? transfer : null },
    run,
  };
}

/** The step that makes the linear overdensity of today on the mesh. */
export function initialTask(plan: Plan): Task {
  const { universe, meta, initial: { noise, power, transfer, seed, generator } } = plan;
  const cells = meta.mesh.reduce((a, b) => a * b, 1);

  function estimate(): Estimate {
    // The field and its modes; JavaScript and a slab of a file.
    return { kernelBytes: 16 * cells + 2 ** 26, otherBytes: 150 * 2 ** 20 + 2 ** 26, seconds: 0.3 + 1e-7 * cells };
  }

  async function run(context: TaskContext): Promise<void> {
    await context.part(INITIAL, async (path) => {
      using field = await context.phase("initial field", () => initialDensity(plan));
      await context.phase("write", () => writeField(path, { initial: field }));
    });
  }

  return {
    name: "initial",
    version: 1,
    module: import.meta.url,
    inputs: { ...powerFiles(plan), ...(noise === null ? {} : { noise }) },
    parameters: {
      universe: universeKey(universe),
      transfer: power === null ? transfer : null,
      ...boxKey(meta) as Record<string, never>,
      ...(noise === null ? { seed, generator } : {}),
    },
    estimate,
    run,
  };
}
