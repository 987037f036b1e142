import { Recent } from "../base/mod.ts";
import { Plan, type PlanKind, type RealDType } from "./plan.ts";

/** Plans that `fftn` and its kin used last. */
const recent = new Recent<Plan<PlanKind, RealDType>>(8, (plan) => plan.dispose());

/** A plan for one transform; the plans used last are kept. */
export function planFor<K extends PlanKind, D extends RealDType>(
  shape: readonly number[],
  kind: K,
  dtype: D,
  axes: readonly number[] | undefined,
): Plan<K, D> {
  const key = `${kind} ${dtype} ${shape.join()} ${axes?.join() ?? "all"}`;
  const plan = recent.get(key, () => new Plan(shape, { kind, dtype, axes }) as unknown as Plan<PlanKind, RealDType>);
  // The key holds kind and precision.
  return plan as unknown as Plan<K, D>;
}
