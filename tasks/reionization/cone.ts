/**
 * The light-cone through painted cubes.
 *
 * @module
 */
import { readLightconePlane, streamLightcone } from "../../lib/lightcone/mod.ts";
import type { LightconePlane } from "../../lib/lightcone/mod.ts";
import { openTemporalCube, type ReionizationParameters, universeOf } from "../../lib/radiation/mod.ts";

/** Fields of the light-cone; the brightness is that of redshift space where the cubes have it along the line of sight. */
export const CONE_FIELDS = ["brightnessTemperature", "ionisedFraction"] as const;
/** A field of the light-cone. */
export type ConeField = typeof CONE_FIELDS[number];

/** Writes `lightcone.h5`. */
export async function writeCone(
  path: string,
  folder: string,
  parameters: ReionizationParameters,
  lineOfSight: 0 | 1 | 2,
): Promise<void> {
  const cubes = await openTemporalCube(folder);
  const read = async (index: number) => {
    const cube = await cubes.read(index, CONE_FIELDS);
    const { redshiftSpace } = cube;
    if (redshiftSpace?.lineOfSight !== lineOfSight) return cube;
    return { ...cube, brightnessTemperature: redshiftSpace.field, [Symbol.dispose]: () => cube[Symbol.dispose]() };
  };
  await streamLightcone(path, { redshifts: cubes.redshifts, read }, {
    cosmology: universeOf(parameters),
    quantities: CONE_FIELDS,
    axis: lineOfSight,
  });
}

/** Planes through the middle of a light-cone, by field. */
export async function conePlanes(path: string): Promise<Record<ConeField, LightconePlane>> {
  const planes: [ConeField, LightconePlane][] = [];
  for (const name of CONE_FIELDS) planes.push([name, await readLightconePlane(path, name)]);
  return Object.fromEntries(planes) as Record<ConeField, LightconePlane>;
}
