import assert from "node:assert/strict";
import { type ErrorCode, isToolkitError } from "../../lib/base/mod.ts";
import { planck18 } from "../../lib/cosmology/mod.ts";
import { ForwardModel, type ForwardModelOptions, type Loss } from "../../lib/forward/mod.ts";
import { memoryUse, ready, resetPeak } from "../../lib/kernel/mod.ts";
import { normal, PARAMETERS, quadratic } from "./_model.ts";

const box = { mesh: [16, 16, 16], boxSize: [800, 800, 800] } as const;
const density = { target: "density", dt0: 0.2 } as const;
const sphere = { target: "spherical", nside: 8, nbShells: 3, dt0: 0.1 } as const;
const flat = { target: "flat", pixels: [16, 16], nbShells: 3, dt0: 0.1 } as const;
const OBSERVED: Record<string, ForwardModelOptions> = {
  density: { ...box, observe: density, lptOrder: 3 },
  flat: { ...box, observe: { ...flat, correction: { kind: "sharpening" } } },
  convergence: { ...box, observe: sphere, lensing: { sources: [0.1] } },
};

Deno.test("a model and its gradient have the same bits for 1, 2 and 3 threads, from a key or from its noise", async () => {
  for (const [name, options] of Object.entries(OBSERVED)) {
    const model = new ForwardModel(options);
    const all: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      using field = model.run({ cosmology: planck18, key: 7 });
      using found = model.valueAndGrad({ cosmology: planck18, key: 7 }, quadratic, { parameters: PARAMETERS });
      all.push([field.array.data.slice(), found.value, found.noise.data.slice(), found.cosmology]);
      assert.equal(found.noise.dtype, "float32");
    }
    assert.deepEqual(all[1], all[0], name);
    assert.deepEqual(all[2], all[0], name);
  }
  await ready({ threads: 2 });
  using noise = normal(box.mesh, 7, "float32");
  const model = new ForwardModel(OBSERVED.density);
  using field = model.run({ cosmology: planck18, noise });
  using other = model.run({ cosmology: planck18, noise });
  assert.deepEqual(other.array.data.slice(), field.array.data.slice());
});

Deno.test("a model gives its memory back, after errors too", async () => {
  await ready({ threads: 2 });
  const fails: Loss = () => {
    throw new Error("no loss");
  };
  for (const [name, options] of Object.entries(OBSERVED)) {
    const model = new ForwardModel(options);
    // Tables that are kept for the universe are made by the first run.
    model.valueAndGrad({ cosmology: planck18, key: 1 }, quadratic, { parameters: PARAMETERS }).dispose();
    const before = memoryUse().allocated;
    model.run({ cosmology: planck18, key: 1 }).dispose();
    assert.equal(memoryUse().allocated, before, name);
    model.valueAndGrad({ cosmology: planck18, key: 1 }, quadratic, { parameters: PARAMETERS }).dispose();
    assert.equal(memoryUse().allocated, before, name);
    for (const loss of [fails, () => NaN]) {
      assert.throws(() => model.valueAndGrad({ cosmology: planck18, key: 1 }, loss));
      assert.equal(memoryUse().allocated, before, name);
    }
  }
});

Deno.test("the peak of memory does not depend on the number of steps", async () => {
  await ready({ threads: 2 });
  const peakOf = (dt0: number) => {
    const model = new ForwardModel({ ...box, observe: { ...density, dt0 } });
    model.valueAndGrad({ cosmology: planck18, key: 1 }, quadratic).dispose();
    const held = memoryUse().allocated;
    resetPeak();
    model.valueAndGrad({ cosmology: planck18, key: 1 }, quadratic, { parameters: PARAMETERS }).dispose();
    return memoryUse().peak - held;
  };
  const [few, many] = [peakOf(0.3), peakOf(0.02)];
  assert.equal(many, few);
});

Deno.test("a model refuses wrong input by name", async () => {
  await ready({ threads: 1 });
  const at = { cosmology: planck18, key: 1 } as const;
  const refuses = (run: () => unknown, name: ErrorCode, pattern: RegExp) =>
    assert.throws(run, (e) => isToolkitError(e, name) && pattern.test((e as Error).message), `${pattern}`);
  const model = new ForwardModel({ ...box, observe: density });
  refuses(() => model.valueAndGrad(at, () => Infinity), "DomainError", /must be finite, got Infinity/);
  const hole: Loss = (_, cotangent) => {
    cotangent.data[5] = NaN;
    return 0;
  };
  refuses(() => model.valueAndGrad(at, hole), "DomainError", /got 1 derivatives that are not/);
  refuses(() => model.valueAndGrad(at, quadratic, { parameters: ["age" as "h"] }), "DomainError", /age/);
  refuses(() => model.run({ ...at, noise: normal(box.mesh, 1) }), "DomainError", /"key" or "noise", got both/);
  refuses(() => model.run({ cosmology: planck18 }), "DomainError", /"key" or "noise", got neither/);
  refuses(() => model.run({ cosmology: planck18, noise: normal([16, 16, 8], 1) }), "ShapeError", /16, 16, 8/);
  const parameters = ["w0"] as const;
  const grad = (observe: ForwardModelOptions["observe"], loss = quadratic) =>
    new ForwardModel({ ...box, observe }).valueAndGrad(at, loss, { parameters });
  refuses(() => grad({ ...sphere, interpolation: "drift" }), "DomainError", /"interpolation" of "none", got "drift"/);
  const scaleFactors = [0.97, 0.9];
  refuses(() => grad({ ...density, scaleFactors }), "DomainError", /fixed distances.*got "scaleFactors"/);
  refuses(() => grad({ ...sphere, scheme: "ngp" }), "DomainError", /constant in the particles' places/);
  refuses(() => grad({ ...density, correction: { kind: "pgd" } }), "DomainError", /"pgd" needs "checkpoints"/);
  refuses(() => grad({ ...sphere, nside: 12 }), "DomainError", /power of two/);
  refuses(() => new ForwardModel({ ...box, boxSize: [800, 800, 400], observe: density }), "DomainError", /cube/);
  refuses(
    () => new ForwardModel({ ...box, observer: [0, 0, 2], observe: density }),
    "DomainError",
    /observer/,
  );
  refuses(
    () => new ForwardModel({ ...box, observe: density, lensing: { sources: [1] } }).run(at),
    "DomainError",
    /lensing|maps|planes/,
  );
});
