/**
 * Two integrations: a ball that is thrown up against the drag of the air and comes back, with the events of its flight,
 * and a stiff chemical reaction over eleven decades of time.
 *
 *     deno run -A examples/ode.ts [speed in m/s, default 40]
 *
 * @module
 */
import { ready } from "../lib/kernel/mod.ts";
import { solveIvp } from "../lib/ode/mod.ts";

await ready({ threads: 1 });

// Height [m] and speed [m/s]; gravity 9.81 m/s^2, drag 0.005/m times the speed squared.
const speed = Number(Deno.args[0] ?? 40);
const flight = solveIvp((_t, [, v], dy) => (dy[0] = v, dy[1] = -9.81 - 0.005 * v * Math.abs(v), dy), [0, 60], [
  0,
  speed,
], {
  method: "DOP853",
  rtol: 1e-9,
  denseOutput: true,
  events: [
    { event: (_t, [height]) => height, terminal: true, direction: -1 },
    (_t, [, v]) => v,
  ],
});
const [[landing], [top]] = flight.tEvents!;
const [[, landingSpeed], [height]] = flight.yEvents!.map(([y]) => y);
console.log(`thrown up at ${speed} m/s: ${height.toFixed(2)} m high after ${top.toFixed(2)} s`);
console.log(`back after ${landing.toFixed(2)} s at ${(-landingSpeed).toFixed(2)} m/s (${flight.message})`);
const path = flight.sol!(Array.from({ length: 41 }, (_, i) => i * landing / 40))[0];
for (let row = 4; row >= 0; row--) {
  console.log([...path].map((h) => Math.round(h / height * 4) === row ? "*" : " ").join("").trimEnd());
}

// Robertson's reaction: concentrations that sum to 1, with rates from 0.04 to 3e7.
const reaction = solveIvp(
  (_t, [a, b, c]) => {
    const [slow, quick, between] = [0.04 * a, 3e7 * b * b, 1e4 * b * c];
    return [-slow + between, slow - between - quick, quick];
  },
  [0, 1e11],
  [1, 0, 0],
  { method: "Radau", rtol: 1e-8, atol: 1e-14, tEval: [1, 1e2, 1e4, 1e6, 1e8, 1e10] },
);
console.log(`\nreaction, ${reaction.nfev} evaluations:`);
reaction.t.forEach((t, i) => console.log(t.toExponential(), reaction.y.map((c) => c[i].toExponential(4)).join("  ")));
