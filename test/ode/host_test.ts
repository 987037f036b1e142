import assert from "node:assert/strict";
import { memoryUse, ready } from "../../lib/kernel/mod.ts";
import { allocate, call, release } from "../../lib/kernel/mod.ts";
import { type OdeMethod, solveIvp } from "../../lib/ode/mod.ts";

const METHODS: OdeMethod[] = ["RK45", "DOP853", "Radau", "BDF", "LSODA"];

Deno.test("solveIvp() throws what f threw, the same value, at any call, and gives all memory back", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  class Mine extends Error {}
  for (const method of METHODS) {
    for (const thrown of [new Mine("enough"), "a string", undefined]) {
      for (const at of [1, 2, 3, 7, 20]) {
        let calls = 0;
        const f = (_t: number, y: Float64Array) => {
          if (++calls === at) throw thrown;
          return -y[0];
        };
        let caught: unknown = "nothing";
        try {
          solveIvp(f, [0, 10], [1], { method, denseOutput: true });
        } catch (error) {
          caught = error;
        }
        assert.equal(caught, thrown, `${method}, call ${at}`);
        assert.equal(calls, at);
      }
    }
  }
  assert.equal(memoryUse().allocated, before);
  assert.equal(solveIvp((_t, y) => -y[0], [0, 1], [1]).status, 0);
});

Deno.test("solveIvp() throws what a Jacobian or an event threw", async () => {
  await ready({ threads: 1 });
  const before = memoryUse().allocated;
  const thrown = new RangeError("no");
  const fail = () => {
    throw thrown;
  };
  const failLater = (t: number) => t > 0 ? fail() : 1;
  const is = (error: unknown) => error === thrown;
  assert.throws(() => solveIvp((_t, y) => -y[0], [0, 1], [1], { method: "Radau", jacobian: fail }), is);
  assert.throws(() => solveIvp((_t, y) => -y[0], [0, 1], [1], { events: fail }), is);
  assert.throws(() => solveIvp((_t, y) => -y[0], [0, 1], [1], { events: failLater }), is);
  assert.equal(memoryUse().allocated, before);
});

Deno.test("f may call solveIvp() and parallel kernels, which may grow the memory", async () => {
  for (const threads of [1, 2, 3]) {
    await ready({ threads });
    for (const method of METHODS) {
      // The inner problem gives e^-1 in each call: the outer one is y' = -e y(1) = -1.
      let calls = 0;
      const f = () => {
        const numbers = allocate(Uint32Array, 2 ** 22, "numbers");
        call("probe", (k, a) => k.pool_probe(a.inout(numbers), 10_000, 1, 1e9));
        const { t, y } = solveIvp((_t, y) => -y[0], [0, 1], [1], { method, rtol: 1e-8, atol: 1e-10 });
        assert.equal(numbers[9_999], 1);
        release(numbers);
        calls++;
        return -Math.E * y[0][t.length - 1];
      };
      const outer = solveIvp(f, [0, 2], [5], { method });
      assert.equal(outer.status, 0);
      assert.ok(calls >= outer.nfev);
      assert.ok(Math.abs(outer.y[0][outer.t.length - 1] - 3) < 1e-4, `${method}`);
    }
  }
});

Deno.test("an exception in an inner solveIvp() comes out of the outer one, or is caught between", async () => {
  await ready({ threads: 1 });
  const thrown = new Error("inner");
  const inner = () =>
    solveIvp(
      (t) => {
        if (t > 0.5) throw thrown;
        return 1;
      },
      [0, 1],
      [0],
    );
  assert.throws(() => solveIvp(() => (inner(), 1), [0, 1], [0]), (error: unknown) => error === thrown);
  let caught = 0;
  const { status } = solveIvp(
    () => {
      try {
        inner();
      } catch {
        caught++;
      }
      return 1;
    },
    [0, 1],
    [0],
  );
  assert.equal(status, 0);
  assert.ok(caught > 5);
});

Deno.test("solveIvp() gives f arrays of its own: what f keeps or writes does no harm", async () => {
  await ready({ threads: 1 });
  for (const method of METHODS) {
    const expected = solveIvp((_t, y) => -y[0], [0, 3], [1], { method });
    const spoiling = solveIvp(
      (_t, y) => {
        const result = -y[0];
        y[0] = NaN;
        return result;
      },
      [0, 3],
      [1],
      { method },
    );
    assert.deepEqual(spoiling, expected);
  }
});
