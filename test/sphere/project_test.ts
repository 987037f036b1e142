import assert from "node:assert/strict";
import { ready } from "../../lib/kernel/mod.ts";
import { ang2pix, pix2vec, pixelCount, project, UNSEEN } from "../../lib/sphere/mod.ts";

const map = (nside: number) => Float64Array.from({ length: pixelCount(nside) }, (_, i) => i);

Deno.test("a Mollweide image gives each pixel the same area, and is empty outside of the ellipse", async () => {
  await ready({ threads: 2 });
  const { data, width, height } = project(map(2), { width: 1200 });
  assert.deepEqual([width, height], [1200, 600]);
  const counts = new Float64Array(48);
  let outside = 0;
  data.forEach((v) => isNaN(v) ? outside++ : counts[v]++);
  // The ellipse has pi/4 of the rectangle; an edge of 1200 points passes through some pixels of the image.
  assert(Math.abs(outside / data.length - (1 - Math.PI / 4)) < 1e-3);
  const each = data.length * Math.PI / 4 / 48;
  assert(counts.every((n) => Math.abs(n / each - 1) < 0.02));
});

Deno.test("north is up, east is to the left unless asked otherwise, and the centre is in the middle", async () => {
  await ready({ threads: 2 });
  const nside = 64;
  const vectors = pix2vec(nside, map(nside));
  const z = Float64Array.from(map(nside), (p) => vectors[3 * p + 2]);
  const y = Float64Array.from(map(nside), (p) => vectors[3 * p + 1]);
  for (const projection of ["mollweide", "orthographic", "gnomonic"] as const) {
    const size = { projection, width: 101, height: 51 };
    const up = project(z, { ...size, values: "bilinear" });
    const at = (image: Float64Array, i: number, j: number) => image[i * 51 + j];
    assert(at(up.data, 50, 40) > at(up.data, 50, 25) && at(up.data, 50, 25) > at(up.data, 50, 10));
    assert(at(project(y, size).data, 40, 25) > 0 && at(project(y, { ...size, east: "right" }).data, 40, 25) < 0);
    const centre = { theta: 1.1, phi: 4 };
    const [pixel] = ang2pix(nside, [1.1], [4]);
    assert.equal(at(project(map(nside), { ...size, centre }).data, 50, 25), pixel);
  }
});

Deno.test("an orthographic image shows the sphere's coordinates, a gnomonic one tangents", async () => {
  await ready({ threads: 1 });
  const nside = 128;
  const vectors = pix2vec(nside, map(nside));
  const [x, y, z] = [0, 1, 2].map((axis) => Float64Array.from(map(nside), (p) => vectors[3 * p + axis]));
  const size = { width: 40, height: 40, east: "right", values: "bilinear" } as const;
  for (const [projection, reach] of [["orthographic", 1], ["gnomonic", Math.tan(0.3)]] as const) {
    const [dx, dy, dz] = [x, y, z].map((m) => project(m, { ...size, projection, fieldOfView: 0.6 }).data);
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 40; j++) {
        const [right, up] = [i, j].map((k) => (k + 0.5 - 20) / 20 * reach);
        const k = i * 40 + j;
        if (projection === "orthographic" && right ** 2 + up ** 2 > 1) assert(isNaN(dx[k]));
        else {
          const scale = projection === "gnomonic" ? dx[k] : 1;
          // Bilinear interpolation errs by about (pixel side)^2/8.
          assert(Math.abs(dy[k] / scale - right) < 2e-4 && Math.abs(dz[k] / scale - up) < 2e-4, `${i} ${j}`);
        }
      }
    }
  }
});

Deno.test("pixels without a value are empty in images", async () => {
  await ready({ threads: 1 });
  const masked = Float32Array.from(map(1), (v) => v < 4 ? UNSEEN : v);
  const { data } = project(masked, { width: 100 });
  assert(data instanceof Float32Array);
  assert(data.every((v) => isNaN(v) || v >= 4));
});
