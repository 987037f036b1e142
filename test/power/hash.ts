/** Numbers h(x, y, z) + h(x, y, z + 1) / 2 with h = (48271 (i + seed) mod 65537) / 65537, i the place in C order. */
export function hash(n: number, seed = 0): Float64Array {
  const h = Float64Array.from({ length: n ** 3 }, (_, i) => 48271 * (i + seed) % 65537 / 65537);
  return h.map((v, i) => v + h[i % n === n - 1 ? i - n + 1 : i + 1] / 2);
}
