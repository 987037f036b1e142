import type { JacobianFunction, RightHandSide } from "../../lib/ode/mod.ts";

/** Problems by the names of reference/lsoda.json. */
export const PROBLEMS: Record<string, { f: RightHandSide; jacobian?: JacobianFunction }> = {
  robertson: {
    f(_t, y) {
      const [a, b, c] = [0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]];
      return [b - a, a - b - c, c];
    },
    jacobian: (_t, y) => [
      [-0.04, 1e4 * y[2], 1e4 * y[1]],
      [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]],
      [0, 6e7 * y[1], 0],
    ],
  },
  "van der Pol": {
    f: (_t, y) => [y[1], 1000 * (1 - y[0] * y[0]) * y[1] - y[0]],
    jacobian: (_t, y) => [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0] * y[0])]],
  },
  HIRES: {
    f(_t, y) {
      const fast = 280 * y[5] * y[7];
      return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
        -fast + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        fast - 1.81 * y[6],
        -fast + 1.81 * y[6],
      ];
    },
  },
  OREGO: {
    f: (_t, y) => [
      77.27 * (y[1] + y[0] * (1 - 8.375e-6 * y[0] - y[1])),
      (y[2] - (1 + y[0]) * y[1]) / 77.27,
      0.161 * (y[0] - y[2]),
    ],
  },
  "Lotka-Volterra": { f: (_t, y) => [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3 * y[1]] },
  "DETEST A1": { f: (_t, y) => -y[0] },
  "DETEST B5": { f: (_t, y) => [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]] },
  "DETEST D3": {
    f(_t, y) {
      const r2 = y[0] * y[0] + y[1] * y[1];
      const r3 = r2 * Math.sqrt(r2);
      return [y[2], y[3], -y[0] / r3, -y[1] / r3];
    },
  },
};
PROBLEMS["robertson long"] = PROBLEMS.robertson;
PROBLEMS["van der Pol, five cycles"] = PROBLEMS["van der Pol"];
PROBLEMS.backward = PROBLEMS["short steps"] = PROBLEMS["Lotka-Volterra"];
