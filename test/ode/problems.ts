/** Test problems, the same as in `reference/make.py`, which says where they come from. */
import type { JacobianFunction, RightHandSide } from "../../lib/ode/mod.ts";

const { sqrt, sin, cos } = Math;

function twoBody(_t: number, y: Float64Array): number[] {
  const r3 = Math.pow(y[0] * y[0] + y[1] * y[1], 1.5);
  return [y[2], y[3], -y[0] / r3, -y[1] / r3];
}

export const problems: Record<string, RightHandSide> = {
  A1: (_t, y) => [-y[0]],
  A2: (_t, y) => [-y[0] * y[0] * y[0] / 2],
  A3: (t, y) => [y[0] * cos(t)],
  A4: (_t, y) => [y[0] / 4 * (1 - y[0] / 20)],
  A5: (t, y) => [(y[0] - t) / (y[0] + t)],
  B1: (_t, y) => [2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])],
  B2: (_t, y) => [-y[0] + y[1], y[0] - 2 * y[1] + y[2], y[1] - y[2]],
  B3: (_t, y) => [-y[0], y[0] - y[1] * y[1], y[1] * y[1]],
  B4: (_t, y) => {
    const r = sqrt(y[0] * y[0] + y[1] * y[1]);
    return [-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r];
  },
  B5: (_t, y) => [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]],
  C1: (_t, y) => y.map((v, i) => i === 0 ? -v : i < 9 ? y[i - 1] - v : y[8]),
  D1: twoBody,
  D5: twoBody,
  E1: (t, y) => {
    const s = t + 1;
    return [y[1], -(y[1] / s + (1 - 0.25 / (s * s)) * y[0])];
  },
  E2: (_t, y) => [y[1], (1 - y[0] * y[0]) * y[1] - y[0]],
  E3: (t, y) => [y[1], y[0] * y[0] * y[0] / 6 - y[0] + 2 * sin(2.78535 * t)],
  E4: (_t, y) => [y[1], 0.032 - 0.4 * y[1] * y[1]],
  E5: (t, y) => [y[1], sqrt(1 + y[1] * y[1]) / (25 - t)],
  robertson: (_t, y) => [
    -0.04 * y[0] + 1e4 * y[1] * y[2],
    0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] * y[1],
    3e7 * y[1] * y[1],
  ],
  "van der Pol": (_t, y) => [y[1], 1000 * (1 - y[0] * y[0]) * y[1] - y[0]],
  HIRES: (_t, y) => [
    -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
    1.71 * y[0] - 8.75 * y[1],
    -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
    8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
    -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
    -280 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
    280 * y[5] * y[7] - 1.81 * y[6],
    -280 * y[5] * y[7] + 1.81 * y[6],
  ],
  OREGO: (_t, y) => [
    77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1])),
    (y[2] - (1 + y[0]) * y[1]) / 77.27,
    0.161 * (y[0] - y[2]),
  ],
};

export const jacobians: Record<string, JacobianFunction> = {
  robertson: (_t, y) => [
    [-0.04, 1e4 * y[2], 1e4 * y[1]],
    [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]],
    [0, 6e7 * y[1], 0],
  ],
  "van der Pol": (_t, y) => [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0] * y[0])]],
};
