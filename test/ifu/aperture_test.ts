import assert from "node:assert/strict";
import { apertureMask, telescope } from "../../lib/ifu/mod.ts";

/** Whether a point lies on the inner side of all edges of a convex polygon, whose corners go around to the left. */
function insideOf(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return corners.every(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > -1e-9;
  });
}

Deno.test("apertureMask() of a hexagon has the spaxels whose centers lie in the polygon", () => {
  for (const n of [1, 2, 5, 24, 64, 75]) {
    const corners = [0, 1, 2, 3, 4, 5].map((k) => {
      const angle = k * Math.PI / 3;
      return [n / 2 * Math.cos(angle), n / 2 * Math.sin(angle)] as const;
    });
    const mask = apertureMask({ spaxels: n, aperture: "hexagonal" });
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++) {
        const inside = insideOf(corners, x + 0.5 - n / 2, y + 0.5 - n / 2);
        assert.equal(mask[x + n * y], Number(inside), `${n}: ${x} ${y}`);
      }
    }
  }
});

Deno.test("apertureMask() of a circle is as large as it, alike on all sides, and a square is whole", () => {
  const mask = apertureMask(telescope("SAMI"));
  // By hand for 4 spaxels: centers at 0.5 and 1.5; (1.5, 1.5) is 2.12 away, more than 2.
  const four = apertureMask({ spaxels: 4, aperture: "circular" });
  assert.deepEqual([...four], [0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0]);
  const share = apertureMask({ spaxels: 600, aperture: "circular" }).reduce((a, b) => a + b) / 360_000;
  assert.ok(Math.abs(share - Math.PI / 4) < 1e-3);
  for (let i = 0; i < 900; i++) {
    const [x, y] = [i % 30, Math.floor(i / 30)];
    assert.ok(mask[i] === mask[y + 30 * x] && mask[i] === mask[29 - x + 30 * y]);
  }
  assert.ok(apertureMask(telescope("MUSE")).every((inside) => inside === 1));
});
