import assert from "node:assert/strict";
import { mollweideFigure } from "../../lib/plot/mod.ts";

/** Directions that a picture of some width asks for. */
function asked(width: number): { theta: Float64Array; phi: Float64Array } {
  let found: { theta: Float64Array; phi: Float64Array };
  mollweideFigure((theta, phi) => (found = { theta, phi }).theta, { width });
  return found!;
}

Deno.test("mollweideFigure() asks for directions that cover the sphere evenly", () => {
  const { theta, phi } = asked(200);
  // The ellipse fills pi/4 of the picture of 400 x 200 pixels; its edge is cut by pixels.
  assert.ok(Math.abs(theta.length / (400 * 200 * Math.PI / 4) - 1) < 1e-3);
  const mean = (f: (theta: number, phi: number) => number) =>
    theta.reduce((sum, t, i) => sum + f(t, phi[i]), 0) / theta.length;
  // Means over the sphere: cos^2 theta 1/3, all components 0, sin^2 theta cos^2 phi 1/3.
  assert.ok(Math.abs(mean((t) => Math.cos(t) ** 2) - 1 / 3) < 1e-3);
  assert.ok(Math.abs(mean((t, p) => (Math.sin(t) * Math.cos(p)) ** 2) - 1 / 3) < 1e-3);
  assert.ok(Math.abs(mean((t, p) => Math.sin(t) * Math.sin(p))) < 1e-12);
  assert.ok(theta.every((t) => t > 0 && t < Math.PI) && phi.every((p) => p >= 0 && p <= 2 * Math.PI));
});

Deno.test("mollweideFigure() has longitudes that grow to the left of the middle", () => {
  const { theta, phi } = asked(2);
  // Two rows of four pixels: of each the inner two and the outer two, whose latitude is that of y = 1/2.
  const latitude = Math.asin((Math.PI / 3 + Math.sqrt(3) / 2) / Math.PI);
  assert.ok(Math.abs(Math.PI / 2 - theta[0] - latitude) < 1e-12);
  const x = Math.PI / 4 / Math.cos(Math.PI / 6);
  assert.deepEqual(Array.from(phi.slice(1, 3), (p) => p.toFixed(9)), [x.toFixed(9), (2 * Math.PI - x).toFixed(9)]);
});

Deno.test("mollweideFigure() says what it shows, and refuses other numbers of values", () => {
  const { description } = mollweideFigure((theta) => theta.map((_, i) => i % 2), {
    label: "Convergence",
    title: "z = 1",
  });
  assert.equal(description, "z = 1: Convergence on the sphere, colours from 0.00 to 1.00");
  assert.throws(() => mollweideFigure(() => [1, 2]), /"sample" must give \d+ values, got 2/);
});
