import { checkOneOf, DomainError } from "../base/mod.ts";
import type { Metadata } from "../fields/mod.ts";
import { RandomKey, randomKey } from "../rng/mod.ts";
import { lightconeReach } from "./shells.ts";

/**
 * What lies beyond the box: "none" nothing, so that shells must end within its reach; "onion" copies of the box on all
 * sides, for the whole sky; "telephoto" one copy behind the other along z, for a small field of view.
 */
export type Tiling = "none" | "onion" | "telephoto";

/** Options of copies of the box. */
export interface TilingOptions {
  /** What lies beyond the box. Default "none". */
  tiling?: Tiling;
  /** Key, or seed, of the copies' random orientations. Default 42. */
  tilingKey?: RandomKey | number;
}

/** Orders of three axes. */
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;

/** Which axis of the copy each axis of the box becomes, and whether it is turned round. */
interface Orientation {
  axis: readonly [number, number, number];
  sign: readonly [number, number, number];
}

const UNTURNED: Orientation = { axis: [0, 1, 2], sign: [1, 1, 1] };

/** All orientations of a box but the first, which is its own; axes are exchanged where their sides are equal. */
function orientations(mesh: Metadata["mesh"]): Orientation[] {
  return ORDERS.filter((axis) => axis.every((a, b) => mesh[a] === mesh[b])).flatMap((axis) =>
    Array.from({ length: 8 }, (_, bits): Orientation => {
      const sign = (b: number) => bits >> b & 1 ? -1 : 1;
      return { axis, sign: [sign(0), sign(1), sign(2)] };
    })
  ).slice(1);
}

function turned(mesh: Metadata["mesh"], key: RandomKey): Orientation {
  const all = orientations(mesh);
  return all[key.words[0] % all.length];
}

/** Whole numbers of both signs as those of a key's path. */
const natural = (i: number) => i >= 0 ? 2 * i : -2 * i - 1;

/** An image as the kernel takes it: the copy's lower corner lies `low` [cell] from the observer. */
function image({ axis, sign }: Orientation, mesh: Metadata["mesh"], low: readonly number[]): number[] {
  const offset = axis.map((a, b) => low[a] + (sign[b] < 0 ? mesh[b] : 0));
  return [...axis, ...sign, ...offset];
}

/** Copies of the box, and the shells that all of them serve. */
export interface Pass {
  /** As the kernel takes them. */
  images: number[][];
  /** [1] First shell. */
  first: number;
  /** [1] Number of shells. */
  count: number;
}

/** Bounds of shells [cell]. */
export interface CellBounds {
  near: Float64Array;
  far: Float64Array;
  /** Middles [Mpc/h], for the number of a copy. */
  centers: Float64Array;
}

const keyOf = ({ tilingKey = 42 }: TilingOptions) => tilingKey instanceof RandomKey ? tilingKey : randomKey(tilingKey);

/** Which copies shells round the observer need. */
export function sphericalPasses(meta: Metadata, bounds: CellBounds, options: TilingOptions): Pass[] {
  const { mesh, observer } = meta;
  const tiling = checkOneOf(options.tiling ?? "none", "tiling", ["none", "onion", "telephoto"]);
  const { near, far } = bounds;
  const low = observer.map((f, a) => -f * mesh[a]);
  const all = { first: 0, count: near.length };
  if (tiling === "none") return [{ images: [image(UNTURNED, mesh, low)], ...all }];
  const key = keyOf(options).fold(tiling);
  if (tiling === "onion") {
    const most = mesh.map((n) => Math.ceil(far[far.length - 1] / n) + 1);
    const images: number[][] = [];
    for (let x = -most[0]; x <= most[0]; x++) {
      for (let y = -most[1]; y <= most[1]; y++) {
        for (let z = -most[2]; z <= most[2]; z++) {
          const corner = [x, y, z].map((t, a) => low[a] + t * mesh[a]);
          if (!reaches(corner, mesh, near[0], far[far.length - 1])) continue;
          const own = x === 0 && y === 0 && z === 0;
          images.push(image(own ? UNTURNED : turned(mesh, key.fold(natural(x), natural(y), natural(z))), mesh, corner));
        }
      }
    }
    return [{ images, ...all }];
  }
  const [reach, way] = [lightconeReach(meta), observer[2] <= 0.5 ? 1 : -1];
  return Array.from(near, (_, i) => {
    const k = Math.floor(bounds.centers[i] / reach);
    const corner = [low[0], low[1], low[2] + way * k * reach / meta.boxSize[2] * mesh[2]];
    return { images: [image(k === 0 ? UNTURNED : turned(mesh, key.fold(k)), mesh, corner)], first: i, count: 1 };
  });
}

/** Whether a box with this lower corner [cell] has places from `near` to `far` of the observer. */
function reaches(corner: number[], mesh: Metadata["mesh"], near: number, far: number): boolean {
  let [least, most] = [0, 0];
  corner.forEach((c, a) => {
    least += Math.max(c, -(c + mesh[a]), 0) ** 2;
    most += Math.max(Math.abs(c), Math.abs(c + mesh[a])) ** 2;
  });
  return least < far * far && most >= near * near;
}

/** Which copies slabs along z need, from the observer on or from the box's face. */
export function flatPasses(
  meta: Metadata,
  bounds: CellBounds,
  from: "observer" | "face",
  options: TilingOptions,
): Pass[] {
  const { mesh, observer } = meta;
  const tiling = checkOneOf(options.tiling ?? "none", "tiling", ["none", "onion", "telephoto"]);
  if (tiling === "onion") {
    const rule = `"onion" is for the whole sky; take "telephoto" for slabs`;
    throw new DomainError(`Cannot tile: ${rule}`, `"none" or "telephoto"`, tiling);
  }
  const back = from === "observer" && observer[2] > 0.5;
  // Distance from the origin of the side of the box that is next to it, at most 0.
  const start = from === "face" ? 0 : -(back ? 1 - observer[2] : observer[2]) * mesh[2];
  const slabs = ({ axis, sign }: Orientation, near: number, far: number): number[][] => {
    // What becomes z is turned round once more, for an observer who looks back.
    const way = back
      ? { axis, sign: sign.map((s, b) => axis[b] === 2 ? -s : s) as [number, number, number] }
      : { axis, sign };
    const images: number[][] = [];
    for (let m = Math.floor((near - start) / mesh[2]); start + m * mesh[2] < far; m++) {
      images.push(image(way, mesh, [0, 0, start + m * mesh[2]]));
    }
    return images;
  };
  const { near, far, centers } = bounds;
  if (tiling === "none") {
    return [{ images: slabs(UNTURNED, near[0], far[far.length - 1]), first: 0, count: near.length }];
  }
  const [reach, key] = [lightconeReach(meta), keyOf(options).fold(tiling)];
  return Array.from(near, (_, i) => {
    const k = Math.floor(centers[i] / reach);
    return { images: slabs(k === 0 ? UNTURNED : turned(mesh, key.fold(k)), near[i], far[i]), first: i, count: 1 };
  });
}
