import { empty, type NdArray } from "../array/mod.ts";
import { type Arguments, call, type Exports } from "../kernel/mod.ts";
import type { RandomKey } from "../rng/mod.ts";

/** A mesh of real numbers. */
export type RealMesh = NdArray<"float32" | "float64">;

/** Labels of all cells, and cells of each component. */
export function findComponents(
  mesh: NdArray<"uint8"> | RealMesh,
  n: number,
  threshold: number,
): { labels: NdArray<"uint32">; sizes: Uint32Array } {
  const found = new Uint32Array(2);
  call("connectedComponents", (k, a) => {
    const find = mesh.dtype === "uint8"
      ? k.morphology_components_u8
      : mesh.dtype === "float32"
      ? k.morphology_components_f32
      : k.morphology_components_f64;
    return find(a.in(mesh.data), n, threshold, a.out(found));
  });
  const [handle, count] = found;
  try {
    const sizes = new Uint32Array(count);
    const labels = empty([n, n, n], "uint32");
    call("connectedComponents", (k, a) => k.morphology_components_fill(handle, a.out(labels.data), a.out(sizes)));
    return { labels, sizes };
  } finally {
    call("connectedComponents", (k) => k.morphology_components_free(handle));
  }
}

/** Squared distances of all cells. */
export function distance(mask: NdArray<"uint8">, n: number): NdArray<"uint32"> {
  const out = empty([n, n, n], "uint32");
  call("distanceTransformSquared", (k, a) => k.morphology_distance(a.in(mask.data), n, a.out(out.data)));
  return out;
}

/** Squared distances up to a bound. */
export function distanceWithin(mask: NdArray<"uint8">, n: number, bound: number): NdArray<"uint16"> {
  const out = empty([n, n, n], "uint16");
  call(
    "distanceTransformSquaredWithin",
    (k, a) => k.morphology_distance_within(a.in(mask.data), n, bound, a.out(out.data)),
  );
  return out;
}

/** Fills shells around a region; gives what found room. */
export function fill(x: RealMesh, region: NdArray<"uint8">, n: number, excess: number): number {
  const placed = new Float64Array(1);
  call("fillShells", (k, a) => {
    const run = x.dtype === "float32" ? k.morphology_fill_f32 : k.morphology_fill_f64;
    return run(a.inout(x.data), a.in(region.data), n, excess, a.out(placed));
  });
  return placed[0];
}

/** Spreads the excess of all regions; gives the numbers of `morphology_spread_f32`. */
export function spread(x: RealMesh, n: number, threshold: number, limit: number): Float64Array {
  const report = new Float64Array(7);
  call("spreadExcess", (k, a) => {
    const run = x.dtype === "float32" ? k.morphology_spread_f32 : k.morphology_spread_f64;
    return run(a.inout(x.data), n, threshold, limit, a.out(report));
  });
  return report;
}

/** Sends rays; gives those in each bin [cell] and the numbers of `morphology_rays_f32`. */
export function sendRays(
  x: RealMesh,
  n: number,
  threshold: number,
  isBelow: boolean,
  { words: [high, low], generator }: RandomKey,
  rays: number,
  longest: number,
  edges: Float64Array,
): { counts: Float64Array; report: Float64Array } {
  const counts = new Float64Array(edges.length - 1);
  const report = new Float64Array(6);
  call("bubbleSizes", (k, a) => {
    const send = x.dtype === "float32" ? k.morphology_rays_f32 : k.morphology_rays_f64;
    const [pe, pc, pr] = [a.in(edges), a.out(counts), a.out(report)];
    const numbers = [high, low, generator === "philox" ? 0 : 1] as const;
    return send(a.in(x.data), n, threshold, Number(isBelow), ...numbers, rays, longest, pe, counts.length, pc, pr);
  });
  return { counts, report };
}

/** Marked cells of some planes of a mesh, in the kernels' memory; see `kernels/morphology/src/slab.rs`. */
export class SlabCells implements Disposable {
  /** Sum of each plane. */
  readonly sums: Float64Array;
  /** Components within the planes. */
  readonly components: number;
  #handle = 0;

  /** Finds the components of the cells of at least `threshold` in `x` `[planes, n, n]`, the planes from `first` on. */
  constructor(
    private readonly x: Float32Array,
    private readonly n: number,
    first: number,
    threshold: number,
  ) {
    const planes = x.length / (n * n);
    this.sums = new Float64Array(planes);
    const found = new Uint32Array(2);
    this.#call((k, a) => k.morphology_slab(a.in(x), n, first, planes, threshold, a.out(found), a.out(this.sums)));
    [this.#handle, this.components] = found;
  }

  #call(body: Parameters<typeof call>[1]): void {
    call("spreadExcess", body);
  }

  /** The numbers of a list, of which the kernel first tells how many rows of `width` it has. */
  #list(width: number, body: (k: Exports, a: Arguments, out: number) => number): Uint32Array {
    let list = new Uint32Array();
    this.#call((k, a) => {
      list = new Uint32Array(width * (body(k, a, 0) >>> 0));
      if (list.length > 0) body(k, a, a.out(list));
    });
    return list;
  }

  /** Cells of each component. */
  sizes(): Uint32Array {
    const sizes = new Uint32Array(this.components);
    this.#call((k, a) => k.morphology_slab_sizes(this.#handle, a.out(sizes)));
    return sizes;
  }

  /** Runs of the last plane: row, start, end and component of each. */
  lastFace(): Uint32Array {
    return this.#list(4, (k, _, out) => k.morphology_slab_face(this.#handle, 1, out));
  }

  /** Pairs of components that touch: of the plane below, given by its runs, and of these planes. */
  pairs(below: Uint32Array): Uint32Array {
    return this.#list(2, (k, a, out) => k.morphology_slab_pairs(this.#handle, a.in(below), below.length / 4, out));
  }

  /** Sorts runs into regions, `place` of each component. */
  group(place: Uint32Array, regions: number): void {
    this.#call((k, a) => k.morphology_slab_group(this.#handle, a.in(place), place.length, regions));
  }

  /** Spreads the regions from `from` on that are `whole` here; gives what was moved, and where and why it stopped. */
  spread(
    from: number,
    whole: Uint8Array,
    moved: number,
  ): { moved: number; region: number; excess: number; bound: number } {
    const report = Float64Array.of(moved, 0, 0, 0);
    const { x } = this;
    this.#call((k, a) =>
      k.morphology_slab_spread(this.#handle, a.inout(x), x.length, from, a.in(whole), whole.length, a.inout(report))
    );
    const [after, region, excess, bound] = report;
    return { moved: after, region, excess, bound };
  }

  /** This rank's part of a region: excess, which is taken if so told, cells, runs, and places it uses along each axis. */
  take(region: number, takes: boolean): Float64Array {
    const { x, n } = this;
    const out = new Float64Array(3 + 3 * n);
    this.#call((k, a) =>
      k.morphology_slab_take(this.#handle, a.inout(x), x.length, region >>> 0, Number(takes), n, a.out(out))
    );
    return out;
  }

  /** Chooses the box around a region that uses places as `take` tells them; gives its first plane and its planes. */
  choose(used: Float64Array, bound: number): { lo: number; len: number } {
    const out = new Uint32Array(2);
    this.#call((k, a) => k.morphology_slab_choose(this.#handle, a.in(used), this.n, bound, a.out(out)));
    return { lo: out[0], len: out[1] };
  }

  /** Runs of a region in `len` planes from `lo` on: row, start 2^16 + end. */
  runs(region: number, lo: number, len: number): Uint32Array {
    return this.#list(2, (k, _, out) => k.morphology_slab_runs(this.#handle, region >>> 0, lo, len, out));
  }

  /** Finds distances up to `bound` in this rank's part of the box, from runs in rising order. */
  near(runs: Uint32Array, bound: number): void {
    this.#call((k, a) => k.morphology_slab_near(this.#handle, a.in(runs), runs.length / 2, bound));
  }

  /** Fills with distances within these planes to this rank's part of a region. */
  farPlanes(region: number, out: Uint32Array): void {
    this.#call((k, a) => k.morphology_slab_far_planes(this.#handle, region >>> 0, a.out(out), out.length));
  }

  /** Completes distances along the first axis of `data`, `[n, rows, n]`. */
  farRows(data: Uint32Array): void {
    this.#call((k, a) => k.morphology_slab_far_rows(a.inout(data), this.n, data.length / this.n ** 2));
  }

  /** Takes complete distances of these planes. */
  far(squares: Uint32Array): void {
    this.#call((k, a) => k.morphology_slab_far(this.#handle, a.in(squares), squares.length));
  }

  /** Sums the room of the shells `from..to` in the blocks of planes that begin here. */
  prepare(from: number, to: number): void {
    const { x } = this;
    this.#call((k, a) => k.morphology_slab_prepare(this.#handle, a.in(x), x.length, from, to));
  }

  /** Continues sums of room by a part of this rank: `[2, shell]`, of whole blocks and of the one that is not complete. */
  addRoom(part: number, from: number, to: number, sums: Float64Array): void {
    const { x } = this;
    this.#call((k, a) => k.morphology_slab_sum(this.#handle, a.in(x), x.length, part, from, to, a.inout(sums)));
  }

  /** Fills the shells below `last` here, and that one by `share` of its room. */
  fill(last: number, share: number): void {
    const { x } = this;
    this.#call((k, a) => k.morphology_slab_fill(this.#handle, a.inout(x), x.length, last, share));
  }

  [Symbol.dispose](): void {
    const handle = this.#handle;
    this.#handle = 0;
    if (handle !== 0) this.#call((k) => k.morphology_slab_free(handle));
  }
}

/** Bounds of distance that are tried for a region. */
export const bounds = {
  /** The first, for so many cells and runs. */
  first: (cells: number, runs: number, excess: number): number =>
    numberOf((k) => k.morphology_slab_first_guess(cells, runs, excess)),
  /** The one after another. */
  next: (bound: number): number => numberOf((k) => k.morphology_slab_next_guess(bound)),
  /** From this on distances are found along whole axes. */
  far: (): number => numberOf((k) => k.morphology_slab_far_bound()),
  /** Squared distance beyond which nothing is. */
  farthest: (n: number): number => numberOf((k) => k.morphology_slab_farthest(n)),
};

function numberOf(body: (k: Exports) => number): number {
  let value = NaN;
  call("spreadExcess", (k) => void (value = body(k) >>> 0));
  return value;
}
