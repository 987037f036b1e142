const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];

/** Threefry 2x32-20 of one counter (Salmon et al. 2011), as `kernels/rng/src/threefry.rs`; keys are made before kernels are there. */
export function threefry(counter: readonly [number, number], key: readonly [number, number]): [number, number] {
  const keys = [key[0], key[1], 0x1bd11bda ^ key[0] ^ key[1]];
  let [x0, x1] = [counter[0] + keys[0] | 0, counter[1] + keys[1] | 0];
  for (let group = 0; group < 5; group++) {
    for (const r of ROTATIONS[group % 2]) {
      x0 = x0 + x1 | 0;
      x1 = (x1 << r | x1 >>> 32 - r) ^ x0;
    }
    x0 = x0 + keys[(group + 1) % 3] | 0;
    x1 = x1 + keys[(group + 2) % 3] + group + 1 | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}
