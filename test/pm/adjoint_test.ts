import assert from "node:assert/strict";
import { type NdArray, zeros } from "../../lib/array/mod.ts";
import type { RealArray, Triple } from "../../lib/fields/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { BackwardMeshes } from "../../lib/pm/_kernel_adjoint.ts";
import {
  driftBy,
  gradientInto,
  type Green,
  kickDrift,
  paintInto,
  potentialInPlace,
} from "../../lib/pm/_kernel_steps.ts";
import { type Operation, type OperationSlopes, walkBack } from "../../lib/pm/_walk_back.ts";
import { randomNormal } from "../../lib/rng/mod.ts";

await ready({ threads: 2 });

type Arrays = { x: RealArray; p: RealArray };

function normal(shape: readonly number[], key: number, std: number, dtype: "float32" | "float64" = "float64") {
  const array = zeros(shape, dtype);
  randomNormal(array as NdArray<"float64">, { key, std });
  return array as RealArray;
}

/** The operations, forwards. */
function run(mesh: Triple, { x, p }: Arrays, operations: readonly Operation[]): void {
  using room = new BackwardMeshes(mesh, x.dtype);
  for (const operation of operations) {
    if (operation.kind === "drift") driftBy(operation.by, x, p);
    if (operation.kind !== "kick") continue;
    paintInto(mesh, x, room.density);
    potentialInPlace(mesh, operation.green ?? {}, room.density);
    gradientInto(mesh, -1, room.density, room.vectors);
    kickDrift(mesh, room.vectors, { kick: operation.by, drift: 0 }, x, p);
  }
}

const dot = (a: RealArray, b: RealArray) => (a.data as Float64Array).reduce((sum, v, i) => sum + v * b.data[i], 0);

const green: Green = { correction: 0.2, low: 0.3, high: 1 };
const operations: Operation[] = [
  { kind: "kick", by: 0.3 },
  { kind: "drift", by: 0.5 },
  { kind: "target", index: 0 },
  { kind: "drift", by: 0.1 },
  { kind: "kick", by: 0.4, green },
  { kind: "drift", by: 0.6 },
  { kind: "kick", by: 0.2 },
  { kind: "target", index: 1 },
];

Deno.test("walkBack() finds the derivatives of a run that differences find, by its state and its numbers", () => {
  const mesh: Triple = [8, 6, 10];
  const shape = [3, ...mesh];
  const [x0, p0] = [normal(shape, 1, 1.5), normal(shape, 2, 0.5)];
  const [wx, wp, wt] = [normal(shape, 3, 1), normal(shape, 4, 1), normal(shape, 5, 1)];
  /** wx . x + wp . p at the end, and wt . x at the first target. */
  const value = (state: Arrays, steps: readonly Operation[]) => {
    const at = steps.findIndex((o) => o.kind === "target");
    run(mesh, state, steps.slice(0, at));
    const saved = dot(wt, state.x);
    run(mesh, state, steps.slice(at));
    return saved + dot(wx, state.x) + dot(wp, state.p);
  };
  const copies = (dx: RealArray, dp: RealArray, h: number): Arrays => {
    const moved = (a: RealArray, d: RealArray) => {
      const out = zeros(a.shape, a.dtype) as RealArray;
      out.data.forEach((_, i) => out.data[i] = a.data[i] + h * d.data[i]);
      return out;
    };
    return { x: moved(x0, dx), p: moved(p0, dp) };
  };
  const state = copies(x0, p0, 0);
  run(mesh, state, operations);
  const [xBar, pBar] = [copies(wx, wp, 0).x, copies(wx, wp, 0).p];
  [xBar, pBar].forEach((bar, i) => bar.data.set([wx, wp][i].data));
  using room = new BackwardMeshes(mesh, "float64");
  const seen: number[] = [];
  const slopes = walkBack({ mesh, ...state, xBar, pBar }, operations, room, (index) => {
    seen.push(index);
    if (index === 0) wt.data.forEach((v, i) => xBar.data[i] += v);
  });
  assert.deepEqual(seen, [1, 0]);
  // f64 through three steps: a few units in the last place of numbers up to 10.
  [[state.x, x0], [state.p, p0]].forEach(([a, b]) =>
    a.data.forEach((v, i) => assert.ok(Math.abs(v - b.data[i]) < 1e-12, `element ${i} comes back: ${v} ${b.data[i]}`))
  );
  const close = (what: string, got: number, of: (h: number) => number) => {
    // Central differences: the run is smooth but where a particle crosses a node; none does within the step.
    const h = 1e-6;
    const slope = (of(h) - of(-h)) / (2 * h);
    assert.ok(Math.abs(got - slope) < 1e-6 * Math.max(1, Math.abs(slope)), `${what}: ${got}, differences ${slope}`);
  };
  const [dx, dp] = [normal(shape, 6, 0.01), normal(shape, 7, 0.01)];
  close("state", dot(xBar, dx) + dot(pBar, dp), (h) => value(copies(dx, dp, h), operations));
  const changed = (i: number, by: (o: Operation, h: number) => Operation, h: number) =>
    value(copies(x0, p0, 0), operations.map((o, j) => i === j ? by(o, h) : o));
  operations.forEach((operation, i) => {
    if (operation.kind === "target") return;
    close(`operation ${i}`, slopes[i].by, (h) => changed(i, (o) => ({ ...operation, by: operation.by + h }), h));
  });
  for (const name of ["correction", "low", "high"] as const) {
    const found = (slopes[4] as Required<OperationSlopes>).green[name];
    close(
      name,
      found,
      (h) => changed(4, (o) => ({ ...o, green: { ...green, [name]: green[name]! + h } }) as Operation, h),
    );
  }
});
