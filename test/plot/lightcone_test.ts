import assert from "node:assert/strict";
import { decode } from "npm:fast-png@8.0.0";
import { NdArray, type Quantity } from "../../lib/array/mod.ts";
import { isToolkitError } from "../../lib/base/mod.ts";
import { colorMap, lightconeFigure, type LightconePicture, renderSvg } from "../../lib/plot/mod.ts";

/** A light-cone `[rows, 3, slices]` whose middle plane has these values; z is 7 + distance/100 - 60. */
function cone(plane: number[][], quantity: Quantity, unit: string): LightconePicture {
  const slices = plane[0].length;
  const data = Float32Array.from({ length: plane.length * 3 * slices }, (_, i) => {
    const [row, across, j] = [Math.floor(i / (3 * slices)), Math.floor(i / slices) % 3, i % slices];
    return across === 1 ? plane[row][j] : -1e6;
  });
  const distances = Float64Array.from({ length: slices }, (_, j) => 6000 + 10 * j);
  const redshifts = distances.map((d) => 7 + d / 100 - 60);
  return {
    array: new NdArray(data, [plane.length, 3, slices], "float32"),
    boxSize: 20,
    redshifts,
    distances,
    frequencies: redshifts.map((z) => 1420 / (1 + z)),
    quantity,
    unit,
  };
}

function pixels(spec: ReturnType<typeof lightconeFigure>): string[][] {
  const [, base64] = /data:image\/png;base64,([^"]*)/.exec(JSON.stringify(spec))!;
  const { width, height, data, channels } = decode(Uint8Array.fromBase64(base64));
  const pixel = (at: number) => Array.from(data.subarray(channels * at, channels * at + 3)).join(",");
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => pixel(y * width + x)));
}

const color = (name: Parameters<typeof colorMap>[0], place: number) => colorMap(name)(place).join(",");

Deno.test("lightconeFigure() draws slices to the right, the first axis upwards, 0 mK black", () => {
  const spec = lightconeFigure(cone([[-100, 0, 50], [100, -50, 0]], "brightnessTemperature", "mK"));
  assert.deepEqual(pixels(spec), [
    [color("dtb", 1), color("dtb", 0.25), color("dtb", 0.5)],
    [color("dtb", 0), color("dtb", 0.5), color("dtb", 0.75)],
  ]);
  assert.match(spec.description, /Brightness temperature \[mK\] from z = 7 to 7.2, 3 slices, colours from -100 to 100/);
});

Deno.test("lightconeFigure() has the colours of each quantity, and cuts where it is told", () => {
  const kelvin = lightconeFigure(cone([[1, 10, 100]], "temperature", "K"));
  assert.deepEqual(pixels(kelvin)[0].map((_, i) => pixels(kelvin)[0][i]), [0, 0.5, 1].map((t) => color("plasma", t)));
  assert.match(JSON.stringify(kelvin), /"type":"log","domain":\[1,100\]/);
  const ionised = lightconeFigure(cone([[0.25, 1, 0]], "ionisedFraction", "1"));
  assert.deepEqual(pixels(ionised)[0], ["191,191,191", "0,0,0", "255,255,255"]);
  const side = lightconeFigure(cone([[1, 2, 3]], "other", "1"), { index: 2 });
  assert.match(side.description, /colours from -1500000 to -500000/);
  const plane = cone([[1, 2, 3]], "other", "1");
  const flat = { ...plane, array: new NdArray(Float64Array.of(5, 6, 7), [1, 3], "float64") };
  assert.match(lightconeFigure(flat).description, /colours from 5 to 7/);
});

Deno.test("lightconeFigure() averages what is smaller than half a pixel, values and not colours", () => {
  // 3 columns into 2: each holds one and a half slices: (3 + 6/2)/1.5 = 4 and (6/2 + 12)/1.5 = 10.
  const spec = lightconeFigure(cone([[3, 6, 12]], "other", "1"), { width: 1, limits: [4, 10], colors: "binary" });
  assert.deepEqual(pixels(spec), [["255,255,255", "0,0,0"]]);
  // 5000 slices and 300 rows for 400 by 120 pixels: twice as many are drawn, and the mean stays.
  const long = cone(Array.from({ length: 300 }, () => Array.from({ length: 5000 }, (_, j) => j % 2)), "other", "1");
  const drawn = pixels(lightconeFigure(long, { width: 400, limits: [0, 1], colors: "binary" }));
  assert.deepEqual([drawn[0].length, drawn.length], [800, 240]);
  // 6.25 slices a column: means between 3/6.25 and 3.25/6.25 of black.
  assert.ok(drawn.flat().every((pixel) => Math.abs(Number(pixel.split(",")[0]) / 255 - 0.5) < 0.025));
});

Deno.test("lightconeFigure() labels round redshifts and frequencies where they lie", async () => {
  const flat = cone([Array.from({ length: 101 }, (_, j) => j)], "other", "1");
  const spec = lightconeFigure(flat, { width: 500 });
  const text = JSON.stringify(spec);
  // z = 7 + (d - 6000)/100: z = 8 at 6100 Mpc/h; 1420/150 - 1 = 8.4667 at 6146.67.
  assert.match(text, /\\"6100.000000\\":\\"8\\"/);
  assert.match(text, /\\"6146.6\d*\\":\\"150\\"/);
  assert.match(text, /"domain":\[5995,7005\]/);
  const svg = await renderSvg(spec);
  for (const label of ["z", "8", "12", "Frequency [MHz]", "120", "Across [Mpc/h]"]) {
    assert.ok(svg.includes(`>${label}</text>`), label);
  }
  const other = await renderSvg(lightconeFigure(flat, { axis: "distance", topAxis: "none" }));
  assert.ok(other.includes(">Comoving distance [Mpc/h]</text>") && other.includes(">6400</text>"));
  assert.ok(!other.includes("Frequency"));
});

Deno.test("lightconeFigure() refuses what cannot be drawn", () => {
  const good = cone([[1, 2, 3]], "other", "1");
  const refuses = (name: "ShapeError" | "DomainError", text: RegExp, body: () => void) =>
    assert.throws(body, (e: unknown) => isToolkitError(e, name) && text.test((e as Error).message));
  refuses(
    "ShapeError",
    /shape must be \[x, y, 2\]/,
    () => lightconeFigure({ ...good, redshifts: Float64Array.of(7, 8) }),
  );
  refuses("DomainError", /at least two slices/, () => lightconeFigure(cone([[1]], "other", "1")));
  refuses("DomainError", /cell 3: it must be below 3/, () => lightconeFigure(good, { index: 3 }));
  refuses("DomainError", /"axis"/, () => lightconeFigure(good, { axis: "age" as "redshift" }));
  refuses(
    "DomainError",
    /goes down to -1e\+?0?6|-1000000/,
    () => lightconeFigure(cone([[1, 2]], "other", "1"), { index: 0, scale: "log" }),
  );
});
