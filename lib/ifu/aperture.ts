import type { Aperture, Telescope } from "./telescope.ts";

/** Of x and y in spaxels from the center of a field with n along a side: whether the center of a spaxel lies inside. */
const INSIDE: Readonly<Record<Aperture, (x: number, y: number, n: number) => boolean>> = {
  square: () => true,
  circular: (x, y, n) => x * x + y * y <= n * n / 4,
  hexagonal: (x, y, n) => {
    const half = n * Math.sqrt(3) / 4;
    return Math.abs(x) < n / 2 && Math.abs(y) < half && n / 2 * half - n / 4 * Math.abs(y) - half * Math.abs(x) >= 0;
  },
};

/**
 * The spaxels of a telescope's field, `[y, x]`: 1 where the center of a spaxel lies within the aperture, else 0.
 *
 * A circle touches the sides of the square field. A hexagon is regular, with corners in the middle of the left and right
 * sides of the field, so that it is sqrt(3)/2 as high (as SimSpin has it, Harborne et al. 2020).
 *
 * @param telescope Its `spaxels` and `aperture` count.
 * @returns [1] Spaxel (x, y) is number x + n y.
 * @example
 * ```ts
 * import { apertureMask, telescope } from "@cosmesh/cosmesh/ifu";
 *
 * apertureMask(telescope("SAMI")).reduce((sum, inside) => sum + inside); // 716 of 900 spaxels
 * ```
 */
export function apertureMask({ spaxels: n, aperture }: Pick<Telescope, "spaxels" | "aperture">): Uint8Array {
  const center = (n - 1) / 2;
  const inside = INSIDE[aperture];
  return Uint8Array.from(
    { length: n * n },
    (_, i) => Number(inside(i % n - center, Math.floor(i / n) - center, n)),
  );
}
