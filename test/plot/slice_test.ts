import assert from "node:assert/strict";
import { decode } from "npm:fast-png@8.0.0";
import { Field, NdArray, type Quantity } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import {
  colorMap,
  planeFigure,
  type PlaneOptions,
  renderPng,
  sliceFigure,
  type VegaLiteSpec,
} from "../../lib/plot/mod.ts";

/** Pixels of the pictures in a specification, as "r,g,b" in rows from the top: first the plane, then the colour bar. */
function pictures(spec: VegaLiteSpec): string[][][] {
  const urls = [...JSON.stringify(spec).matchAll(/data:image\/png;base64,([^"]*)/g)];
  return urls.map(([, base64]) => {
    const { width, height, data, channels } = decode(Uint8Array.fromBase64(base64));
    const pixel = (at: number) => Array.from(data.subarray(channels * at, channels * at + 3)).join(",");
    return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => pixel(y * width + x)));
  });
}

const plane = (values: number[], shape: [number, number], options: PlaneOptions = {}) =>
  planeFigure({ array: new NdArray(Float64Array.from(values), shape, "float64"), size: [10, 20] }, options);

const css = (name: Parameters<typeof colorMap>[0], place: number) => colorMap(name)(place).join(",");

function field(quantity: Quantity, valueAt: (x: number, y: number, z: number) => number): Field {
  const data = Float32Array.from({ length: 27 }, (_, i) => valueAt(Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3));
  return new Field({ array: new NdArray(data, [3, 3, 3], "float32"), boxSize: 60, quantity, unit: "mK" });
}

Deno.test("colorMap() has the published colours at its ends and middle", () => {
  assert.deepEqual(colorMap("viridis")(0), [68, 1, 84]);
  assert.deepEqual(colorMap("viridis")(1), [253, 231, 37]);
  assert.deepEqual(colorMap("plasma")(0), [13, 8, 135]);
  assert.deepEqual(colorMap("plasma")(1), [240, 249, 33]);
  // The polynomial of cividis meets its table (0, 34, 78) to a few steps.
  assert.ok(colorMap("cividis")(0).every((channel, i) => Math.abs(channel - [0, 34, 78][i]) <= 4));
  assert.deepEqual(colorMap("binary")(0.25), [191, 191, 191]);
  // Stops of the 21-cm map: 0.471 * 255 = 120.1, 0.894 * 255 = 228.0, 0.925 * 255 = 235.9; half way from 0.5 to 0.51: 0.1685 * 255 = 43.
  assert.deepEqual(colorMap("dtb")(0), [120, 228, 255]);
  assert.deepEqual(colorMap("dtb")(0.5), [0, 0, 0]);
  assert.deepEqual(colorMap("dtb")(0.505), [43, 18, 0]);
  assert.deepEqual(colorMap("dtb")(1), [255, 236, 51]);
  assert.deepEqual(colorMap("dtb")(7), colorMap("dtb")(1));
  assert.deepEqual(colorMap("dtb")(-7), colorMap("dtb")(0));
  assert.throws(() => colorMap("jet" as "gray"), (e) => isToolkitError(e, "DomainError"));
});

Deno.test("planeFigure() draws the first axis to the right and the second upwards", () => {
  // [x][y]: (0,0) = 0, (0,1) = 1, (1,0) = 2, (1,1) = 3, (2,0) = 4, (2,1) = 5.
  const [picture] = pictures(plane([0, 1, 2, 3, 4, 5], [3, 2], { colors: (t) => [Math.floor(5.999 * t), 0, 0] }));
  assert.deepEqual(picture, [["1,0,0", "3,0,0", "5,0,0"], ["0,0,0", "2,0,0", "4,0,0"]]);
});

Deno.test("planeFigure() has axes from the origin on", () => {
  const array = new NdArray(Float64Array.of(0, 1, 2, 3), [2, 2], "float64");
  const text = JSON.stringify(planeFigure({ array, size: [10, 20], origin: [-5, 3] }));
  assert.match(text, /"field":"x".*?"domain":\[-5,5\].*"field":"y".*?"domain":\[3,23\]/);
});

Deno.test("planeFigure() without a frame has no axes, and white where there is nothing", () => {
  const of = (frame: boolean) => plane([0, NaN, 2, 3], [2, 2], { colors: () => [9, 9, 9], frame });
  assert.deepEqual(pictures(of(true))[0], [["190,190,190", "9,9,9"], ["9,9,9", "9,9,9"]]);
  assert.deepEqual(pictures(of(false))[0], [["255,255,255", "9,9,9"], ["9,9,9", "9,9,9"]]);
  const titles = (frame: boolean) => /x \[Mpc\/h\]/.test(JSON.stringify(of(frame)));
  assert.deepEqual([titles(true), titles(false)], [true, false]);
});

Deno.test("renderPng() of a slice puts each colour where its cell is", async () => {
  const colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]] as const;
  const spec = plane([0, 1, 2, 3], [2, 2], { colors: (t) => colors[Math.min(3, Math.floor(4 * t))], width: 200 });
  const { width, height, data, channels } = decode(await renderPng(spec, { scale: 1 }));
  const centres = colors.map((color) => {
    let [n, sumX, sumY] = [0, 0, 0];
    for (let at = 0; at < width * height; at++) {
      // The colour bar in the right quarter has the same colours.
      if (at % width > 0.75 * width || !color.every((c, i) => data[channels * at + i] === c)) continue;
      [n, sumX, sumY] = [n + 1, sumX + at % width, sumY + Math.floor(at / width)];
    }
    // 200 by 400 px for 10 by 20 Mpc/h; the frame and the blending at edges cost a few rows.
    assert.ok(n > 98 * 196 && n <= 100 * 200, `${n} pixels of ${color}`);
    return [sumX / n, sumY / n];
  });
  const [lowerLeft, upperLeft, lowerRight, upperRight] = centres;
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 2, `${a} is not ${b}`);
  close(lowerLeft[1] - upperLeft[1], 200);
  close(lowerRight[1] - upperRight[1], 200);
  close(lowerRight[0] - lowerLeft[0], 100);
  close(upperRight[0] - upperLeft[0], 100);
});

Deno.test("planeFigure() spreads colours by the logarithm, evenly, or evenly around 0", () => {
  // Colours are looked up in 1024 steps, so they may be off by one or two.
  const near = (pixel: string, name: Parameters<typeof colorMap>[0], place: number) => {
    const [a, b] = [pixel, css(name, place)].map((text) => text.split(",").map(Number));
    assert.ok(a.every((channel, i) => Math.abs(channel - b[i]) <= 2), `${a} is not ${b}`);
  };
  const [[log]] = pictures(plane([1, 10, 100, 1000], [4, 1], { scale: "log", colors: "plasma" }));
  [0, 1 / 3, 2 / 3, 1].forEach((place, i) => near(log[i], "plasma", place));
  const [[linear]] = pictures(plane([0, 1, 2, 4], [4, 1]));
  [0, 0.25, 0.5, 1].forEach((place, i) => near(linear[i], "viridis", place));
  const [[centred], bar] = pictures(plane([-10, 0, 10, 20], [4, 1], { scale: "centred", colors: "dtb" }));
  [0.25, 0.5, 0.75, 1].forEach((place, i) => near(centred[i], "dtb", place));
  // The bar runs from -10 (bottom) to 20 (top); the middle of row 100 is 30 (1 - 100.5/256) - 10 = 8.22 mK.
  near(bar[0][0], "dtb", 1);
  near(bar[255][0], "dtb", 0.25);
  near(bar[100][0], "dtb", 0.5 + 0.5 * 8.2227 / 20);
});

Deno.test("planeFigure() clips to limits, draws missing cells grey and one value for all", () => {
  const [[row]] = pictures(plane([-5, 0.5, 7, NaN], [4, 1], { limits: [0, 1], colors: "binary" }));
  assert.deepEqual(row, ["255,255,255", "128,128,128", "0,0,0", "190,190,190"]);
  const [[clipped]] = pictures(plane([-5, 0, 1, 10], [4, 1], { limits: [1, 10], scale: "log", colors: "binary" }));
  assert.deepEqual(clipped, ["255,255,255", "255,255,255", "255,255,255", "0,0,0"]);
  const [[same]] = pictures(plane([3, 3], [2, 1], { colors: "binary" }));
  assert.deepEqual(same, ["128,128,128", "128,128,128"]);
});

Deno.test("sliceFigure() cuts across each axis and has the look of the quantity", () => {
  const f = field("other", (x, y, z) => 9 * x + 3 * y + z);
  const colors = (t: number) => [Math.round(26 * t), 0, 0] as const;
  const reds = (axis: 0 | 1 | 2, index: number) =>
    pictures(sliceFigure(f, { axis, index, colors, limits: [0, 26] }))[0].map((row) =>
      row.map((p) => Number.parseInt(p))
    );
  // Rows from the top, so the second axis falls: across z at 1, y = 2 is on top and x runs to the right.
  assert.deepEqual(reds(2, 1), [[7, 16, 25], [4, 13, 22], [1, 10, 19]]);
  assert.deepEqual(reds(1, 0), [[2, 11, 20], [1, 10, 19], [0, 9, 18]]);
  assert.deepEqual(reds(0, 2), [[20, 23, 26], [19, 22, 25], [18, 21, 24]]);
  assert.match(JSON.stringify(sliceFigure(f, { axis: 0 })), /"title":"y \[Mpc\/h\]".*"title":"z \[Mpc\/h\]"/);

  const dtb = sliceFigure(field("brightnessTemperature", (x) => 10 * x));
  assert.match(dtb.description, /Brightness temperature \[mK\] on 3 by 3 cells, colours from 0 to 20/);
  assert.equal(pictures(dtb)[0][0][0], "0,0,0", "0 mK is black");
  // A field that is 0 somewhere has no logarithm; its default look is linear then.
  assert.match(JSON.stringify(sliceFigure(field("lymanAlphaCoupling", (x) => x))), /"type":"linear","domain":\[0,2\]/);
  assert.match(JSON.stringify(sliceFigure(field("lymanAlphaCoupling", (x) => x + 1))), /"type":"log","domain":\[1,3\]/);
  assert.match(JSON.stringify(sliceFigure(field("ionisedFraction", () => 0.5))), /"domain":\[0,1\]/);
});

Deno.test("planeFigure() and sliceFigure() refuse what cannot be drawn", () => {
  const code = (name: "ShapeError" | "DomainError", text: RegExp) => (error: unknown) =>
    isToolkitError(error, name) && text.test((error as Error).message);
  const log: PlaneOptions = { scale: "log", label: "T" };
  assert.throws(
    () => plane([1, -3], [2, 1], log),
    code("DomainError", /^Cannot draw "T": the plane goes down to -3, .* log/),
  );
  assert.throws(() => plane([1, 0], [2, 1], log), code("DomainError", /goes down to 0/));
  assert.throws(() => plane([NaN, NaN], [2, 1]), code("DomainError", /holds no finite value/));
  assert.throws(() => plane([], [0, 3]), code("ShapeError", /at least one cell, got \[0, 3\]/));
  assert.throws(() => plane([1, 2], [2, 1], { limits: [2, 1] }), code("DomainError", /rising order, got \[2, 1\]/));
  assert.throws(() => plane([1, 2], [2, 1], { ...log, limits: [0, 1] }), code("DomainError", /above 0/));
  assert.throws(() => plane([1, 2], [2, 1], { width: 0.5 }), code("DomainError", /"width"/));
  const f = field("other", () => 1);
  assert.throws(() => sliceFigure(f, { index: 3 }), code("DomainError", /cell 3: it must be below 3/));
  assert.throws(() => sliceFigure(f, { axis: 3 as 2 }), code("DomainError", /axis 3/));
});
