import assert from "node:assert/strict";
import h5wasm from "npm:h5wasm@0.10.3/node";
import { fromData } from "../../lib/array/mod.ts";
import { ready } from "../../lib/kernel/mod.ts";
import { connectedComponents, distanceTransformSquared, spreadExcess } from "../../lib/morphology/mod.ts";

// Cubes of an independent program in float64 (NumPy and SciPy), the definition in words beside them.
const file = new URL("../radiation/reference/corrected.h5", import.meta.url).pathname;

interface Group {
  attribute(name: string): number;
  values(name: string): Float32Array | Float64Array | Int32Array;
}

async function open(name: string): Promise<Group & Disposable> {
  await h5wasm.ready;
  const f = new h5wasm.File(file, "r");
  const group = f.get(name) as InstanceType<typeof h5wasm.Group>;
  return {
    attribute: (a) => Number(group.attrs[a].value),
    values: (d) => (group.get(d) as InstanceType<typeof h5wasm.Dataset>).value as Float64Array,
    [Symbol.dispose]: () => void f.close(),
  };
}

Deno.test("the 16^3 case of the reference: labels and distances exactly, the spread field to rounding", async () => {
  await ready({ threads: 2 });
  using group = await open("unit_spreading");
  const before = group.values("x_before") as Float64Array;
  using x = fromData(before, [16, 16, 16], "float64");
  const { labels, sizes } = connectedComponents(x, { threshold: 0.9999999 });
  assert.deepEqual([...labels.data], [...group.values("labels")]);
  assert.equal(Math.max(...sizes), group.attribute("largest"));
  using mask = fromData(Uint8Array.from(labels.data, (l) => Number(l === 1)), [16, 16, 16], "uint8");
  using squares = distanceTransformSquared(mask);
  assert.deepEqual([...squares.data], [...group.values("sq_distance_to_label_1")]);
  labels.dispose();

  const report = spreadExcess(x);
  for (const name of ["components", "large", "small"] as const) {
    assert.equal(report[name], group.attribute(`n_${name}`));
  }
  // Sums in another order, in float64.
  const TOLERANCE = 1e-12;
  const after = group.values("x_after");
  x.data.forEach((v, i) => assert.ok(Math.abs(v - after[i]) < TOLERANCE, `cell ${i}: ${v} ${after[i]}`));
});

for (const snapshot of ["snap_0", "snap_1"]) {
  Deno.test(`the 64^3 cube ${snapshot} of the reference: counts exactly, the field to float32, the sum to 1e-8`, async () => {
    await ready({ threads: 2 });
    using group = await open(snapshot);
    using x = fromData(group.values("xHII_before_spreading") as Float32Array, [64, 64, 64], "float32");
    const report = spreadExcess(x);
    for (const name of ["components", "large", "small"] as const) {
      assert.equal(report[name], group.attribute(`n_${name}`));
    }
    assert.equal(report.largest, group.attribute("largest"));
    // Input and output are rounded to float32 on both sides; measured 6e-8.
    const FIELD_TOLERANCE = 3e-7;
    const after = group.values("Grid_xHII");
    let sum = 0;
    let worst = 0;
    x.data.forEach((v, i) => {
      sum += v;
      worst = Math.max(worst, Math.abs(v - after[i]), v - 1);
    });
    assert.ok(worst < FIELD_TOLERANCE, `${worst}`);
    // Rounding of the input (5e-9 of the sum here) and of the last shells; measured 2e-9.
    assert.ok(Math.abs(sum / report.sum - 1) < 1e-8);
    assert.ok(Math.abs(sum / group.attribute("sum_xHII_after") - 1) < 1e-8);
  });
}
