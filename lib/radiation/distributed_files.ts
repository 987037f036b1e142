import { updateHdf5 } from "../io/mod.ts";
import { togetherAsync } from "../mpi/mod.ts";
import { type DistributedField, writeDistributed } from "../decomposition/mod.ts";
import { CUBE_FIELDS, type CubeFields, describe, REDSHIFT_SPACE } from "./files.ts";
import { writeParameterGroups } from "./parameter_file.ts";
import type { PaintedParts } from "./paint_distributed.ts";
import type { ReionizationParameters } from "./parameter_table.ts";

/** What `writeCoevalCubeParts` writes. */
export interface CubeParts extends Pick<PaintedParts, "z" | keyof CubeFields> {
  /** As of `CoevalCube`. */
  readonly redshiftSpace?: { readonly field: DistributedField; readonly lineOfSight: 0 | 1 | 2 };
}

/**
 * Writes a cube that is divided among ranks: each rank a file of its part, and an index with the name of the cube, which
 * `readCoevalCube` and other programs open as one file of the layout that `writeCoevalCube` writes. The files of the ranks
 * lie beside it (`writeDistributed`) and must stay there. Collective; complete when it returns.
 *
 * @param path Path of the index, or `file:` URL.
 * @param cube Fields and redshift.
 * @param parameters Parameters that the cube was painted with.
 * @throws {InputError} on a rank that cannot write; {CommError} on the others.
 * @example A cube of zeros, of one rank
 * ```ts
 * import { Field, type Quantity, zeros } from "@cosmesh/cosmesh/array";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { scatterField } from "@cosmesh/cosmesh/decomposition";
 * import { readCoevalCube, reionizationParameters, writeCoevalCubeParts } from "@cosmesh/cosmesh/radiation";
 * await ready();
 * const comm = selfComm();
 * const field = (quantity: Quantity, unit: string) =>
 *   scatterField(comm, new Field({ array: zeros([4, 4, 4], "float32"), boxSize: 10, quantity, unit }));
 * const path = `${await Deno.makeTempDir()}/CoevalCube_z8.000.h5`;
 * const cube = {
 *   z: 8,
 *   density: field("overdensity", "1"),
 *   temperature: field("temperature", "K"),
 *   ionisedFraction: field("ionisedFraction", "1"),
 *   lymanAlphaCoupling: field("lymanAlphaCoupling", "1"),
 *   brightnessTemperature: field("brightnessTemperature", "mK"),
 * };
 * await writeCoevalCubeParts(path, cube, reionizationParameters({ simulation: { Ncell: 4, Lbox: 10 } }));
 * using back = await readCoevalCube(path);
 * console.log(back.z, back.temperature.unit); // 8 K
 * ```
 */
export async function writeCoevalCubeParts(
  path: string | URL,
  cube: CubeParts,
  parameters: ReionizationParameters,
): Promise<void> {
  const { redshiftSpace, density } = cube;
  const names = Object.keys(CUBE_FIELDS) as (keyof CubeFields)[];
  await writeDistributed(path, {
    ...Object.fromEntries(names.map((name) => [CUBE_FIELDS[name].dataset, cube[name]])),
    ...(redshiftSpace ? { [REDSHIFT_SPACE.dataset]: redshiftSpace.field } : {}),
  });
  const { comm } = density;
  await togetherAsync(comm, async () => {
    if (!comm.isRoot) return;
    using file = await updateHdf5(path);
    describe(file.output, cube);
    writeParameterGroups(file.output, "parameters", parameters);
    if (!redshiftSpace) return;
    file.output.setAttributes(REDSHIFT_SPACE.dataset, { line_of_sight: BigInt(redshiftSpace.lineOfSight) });
  });
}
