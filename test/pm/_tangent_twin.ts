/** Runs of particles with a change of them carried along (forward derivatives), as plain loops. */
import { zeros } from "../../lib/array/mod.ts";
import type { RealArray, Triple } from "../../lib/fields/mod.ts";
import { type Green, potentialInPlace, scalarShape } from "../../lib/pm/_kernel_steps.ts";

/** A number for each of many places, and how it changes. */
export type Dual = { v: Float64Array; d: Float64Array };

/** Numbers `[3, particles]` and their changes. */
export type State = { x: Dual; p: Dual };

const pairs = (n: number): Dual => ({ v: new Float64Array(n), d: new Float64Array(n) });

/** Nodes around particle `i` with weights and their changes. */
function around([nx, ny, nz]: Triple, { v, d }: Dual, i: number): [node: number, weight: number, change: number][] {
  const cells = nx * ny * nz;
  const n = [nx, ny, nz];
  const site = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz];
  return [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    let [node, weight, change] = [0, 1, 0];
    for (let c = 0; c < 3; c++) {
      const u = site[c] + v[c * cells + i];
      const above = corner >> c & 1;
      const t = u - Math.floor(u);
      const [w, slope] = above ? [t, d[c * cells + i]] : [1 - t, -d[c * cells + i]];
      [weight, change] = [weight * w, change * w + weight * slope];
      node = node * n[c] + ((Math.floor(u) + above) % n[c] + n[c]) % n[c];
    }
    return [node, weight, change];
  });
}

/** Particles of each cell. */
export function density(mesh: Triple, x: Dual): Dual {
  const cells = mesh[0] * mesh[1] * mesh[2];
  const out = pairs(cells);
  for (let i = 0; i < cells; i++) {
    for (const [node, weight, change] of around(mesh, x, i)) {
      out.v[node] += weight;
      out.d[node] += change;
    }
  }
  return out;
}

/** The potential is linear in the density; the engine's own transforms give it. */
function potential(mesh: Triple, green: Green, of: Float64Array): Float64Array {
  using padded = zeros(scalarShape(mesh)) as RealArray;
  const [row, nz] = [padded.shape[2], mesh[2]];
  of.forEach((v, i) => padded.data[Math.floor(i / nz) * row + i % nz] = v);
  potentialInPlace(mesh, green, padded);
  return of.map((_, i) => padded.data[Math.floor(i / nz) * row + i % nz]);
}

/** `to` += force of particles at `x`. */
export function push(mesh: Triple, green: Green, x: Dual, to: Dual): void {
  const [nx, ny, nz] = mesh;
  const cells = nx * ny * nz;
  const rho = density(mesh, x);
  const phi: Dual = { v: potential(mesh, green, rho.v), d: potential(mesh, green, rho.d) };
  const at = (site: number[]) => {
    const [i, j, k] = site.map((s, c) => (s + mesh[c]) % mesh[c]);
    return (i * ny + j) * nz + k;
  };
  for (let c = 0; c < 3; c++) {
    const force = pairs(cells);
    for (let i = 0; i < cells; i++) {
      const site = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz];
      const off = (step: number) => at(site.map((s, axis) => axis === c ? s + step + mesh[c] : s));
      for (const part of ["v", "d"] as const) {
        const f = (step: number) => phi[part][off(step)];
        force[part][i] = -(8 * (f(1) - f(-1)) - (f(2) - f(-2))) / 12;
      }
    }
    for (let i = 0; i < cells; i++) {
      for (const [node, weight, change] of around(mesh, x, i)) {
        to.v[c * cells + i] += weight * force.v[node];
        to.d[c * cells + i] += weight * force.d[node] + change * force.v[node];
      }
    }
  }
}

/** x += (factor, which changes too) p. */
export function drift(x: Dual, p: Dual, factor: number, change: number): void {
  for (let i = 0; i < x.v.length; i++) {
    x.d[i] += factor * p.d[i] + change * p.v[i];
    x.v[i] += factor * p.v[i];
  }
}
