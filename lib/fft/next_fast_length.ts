import { checkInteger } from "../base/mod.ts";

/**
 * The smallest length of at least `target` whose only factors are 2, 3, 5 and 7, which the kernels do fastest.
 *
 * As `scipy.fft.next_fast_len`, for the factors of our kernels (SciPy's go to 11, or 5 with `real`). Other lengths are done
 * too, at several times the cost.
 *
 * @param target [1] Least length, a whole number of at least 1.
 * @param options `real`: the length is for real numbers (`rfft`, `dct`): an even one above 1, as it is done by a complex
 * transform of half the length. Default false.
 * @returns [1] A length.
 * @throws {DomainError} if `target` is not a whole number of at least 1.
 * @example
 * ```ts
 * import { nextFastLength } from "@cosmesh/cosmesh/fft";
 *
 * console.log(nextFastLength(1009), nextFastLength(127), nextFastLength(121, { real: true })); // 1024 128 126
 * ```
 */
export function nextFastLength(target: number, { real = false }: { real?: boolean } = {}): number {
  const least = checkInteger(target, "target", 1);
  if (least === 1) return 1;
  // An even length is twice any length.
  if (real) return 2 * nextFastLength(Math.ceil(least / 2));
  let best = Infinity;
  for (let p7 = 1; p7 < best; p7 *= 7) {
    for (let p57 = p7; p57 < best; p57 *= 5) {
      for (let p357 = p57; p357 < best; p357 *= 3) {
        let n = p357;
        while (n < least) n *= 2;
        best = Math.min(best, n);
      }
    }
  }
  return best;
}
