import { DomainError } from "../base/mod.ts";
import { together } from "../mpi/mod.ts";
import { Decomposition, type DistributedField, redistributeField } from "../decomposition/mod.ts";
import { moveAlong } from "./_kernel.ts";
import { type RedshiftSpaceOptions, shiftOf } from "./redshift_space.ts";

/**
 * `toRedshiftSpace` of fields that are divided among ranks, with the same bits: each rank moves skewers that it has whole;
 * where parts end along the line of sight, they are exchanged before and after. Collective.
 *
 * @param field What to move.
 * @param velocity Peculiar velocity [km/s] along the axis, divided in the same way.
 * @param options As of `toRedshiftSpace`; the same on all ranks.
 * @returns The field in redshift space, divided as before.
 * @throws {DomainError} as `toRedshiftSpace`, or if the fields are divided in different ways; {CommError} where another rank
 * failed.
 * @example
 * ```ts
 * import { Field, zeros } from "@cosmesh/cosmesh/array";
 * import { planck18 } from "@cosmesh/cosmesh/cosmology";
 * import { ready } from "@cosmesh/cosmesh/kernel";
 * import { toRedshiftSpaceDistributed } from "@cosmesh/cosmesh/lightcone";
 * import { selfComm } from "@cosmesh/cosmesh/mpi";
 * import { scatterField } from "@cosmesh/cosmesh/decomposition";
 * await ready();
 * using array = zeros([4, 4, 4], "float32");
 * const zero = new Field({ array, boxSize: 10, quantity: "brightnessTemperature", unit: "mK" });
 * const signal = scatterField(selfComm(), zero);
 * const velocity = signal.with({ quantity: "other", unit: "km/s" });
 * const moved = toRedshiftSpaceDistributed(signal, velocity, { z: 8, cosmology: planck18, axis: 0 });
 * console.log(moved.unit); // mK
 * ```
 */
export function toRedshiftSpaceDistributed(
  field: DistributedField,
  velocity: DistributedField,
  options: RedshiftSpaceOptions,
): DistributedField {
  const { comm, decomposition: { shape, grid } } = field;
  const { axis, shift } = together(comm, () => {
    const texts = [field, velocity].map(({ cells, boxSize, decomposition: { grid } }) =>
      `${cells}^3 cells of ${boxSize} Mpc/h in [${grid.join(", ")}] parts`
    );
    if (texts[0] !== texts[1]) {
      const message = `Cannot move to redshift space: the velocity must have ${texts[0]}, got ${texts[1]}`;
      throw new DomainError(message, texts[0], texts[1]);
    }
    return shiftOf(field, velocity, options);
  });
  const move = (content: DistributedField, speed: DistributedField) =>
    together(comm, () => {
      const array = moveAlong(axis, content.array, speed.array, shift);
      if (array) return content.with({ array });
      const rule = "finite numbers, and velocities of peculiar motion";
      throw new DomainError(
        `Cannot move to redshift space: the field and the velocity must have ${rule}`,
        rule,
        "others",
      );
    });
  if (grid[axis] === 1) return move(field, velocity);
  const parts = [1, 1, 1];
  parts[(axis + 1) % 3] = comm.size;
  const turned = new Decomposition(shape, parts);
  using held = new DisposableStack();
  const [content, speed] = [field, velocity].map((part) => {
    const other = redistributeField(part, turned);
    held.use(other.array);
    return other;
  });
  const moved = move(content, speed);
  held.use(moved.array);
  return redistributeField(moved, field.decomposition);
}
