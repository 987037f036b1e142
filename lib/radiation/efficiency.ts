import { InputError } from "../base/mod.ts";
import { randomKey, randomLognormal, randomNormal, randomUniform } from "../rng/mod.ts";
import type { ReionizationParameters } from "./parameter_table.ts";
import type { ProfileSlice } from "./profiles.ts";

/**
 * Gives each halo a star-formation efficiency of its own, when the profiles have a grid of them: the bin of a halo,
 * `mass alpha`, becomes that of `mass alpha fSt`. Without such a grid nothing changes.
 *
 * Efficiencies are drawn around `source.f_st`: lognormal (ln f is normal with width `f_st_paint_sigma`, and its mean is
 * such that f has the mean `f_st`), normal, or uniform from `f_st_paint_min` to `f_st_paint_max`; then limited to that
 * range, and the nearest of the grid is taken. The draw depends on the seed, the redshift's place in the profiles and the
 * halo's place in the catalogue alone.
 *
 * @param bin [1] Bin of each halo, `[halo]`, -1 for those that are not painted; changed in place.
 * @param profiles Profiles at the redshift.
 * @param parameters Distribution and seed.
 * @param first [1] Place in the catalogue of the first halo. Default 0.
 * @throws {InputError} if there is a grid but no seed.
 */
export function drawEfficiencies(
  bin: Int32Array,
  profiles: ProfileSlice,
  { source }: ReionizationParameters,
  first = 0,
): void {
  const { fStGrid, zIndex } = profiles;
  if (!fStGrid) return;
  const { f_st_paint_seed: seed, f_st_paint_distribution: distribution, f_st_paint_sigma: sigma } = source;
  if (seed === null) {
    const key = "source.f_st_paint_seed";
    throw new InputError(
      `Cannot draw star-formation efficiencies: the profiles have a grid of them, but "${key}" is not set; set it to a whole number`,
      "the parameters",
      key,
    );
  }
  const key = randomKey(seed).fold("star-formation efficiency", zIndex);
  const { f_st: mean, f_st_paint_min: least, f_st_paint_max: most } = source;
  const count = bin.length;
  const drawn = {
    lognormal: () =>
      randomLognormal(count, { key, offset: first, mean: -sigma * sigma / 2, sigma }).map((f) => mean * f),
    normal: () => randomNormal(count, { key, offset: first, mean, std: sigma }),
    uniform: () => randomUniform(count, { key, offset: first }).map((u) => least + (most - least) * u),
  }[distribution]();
  for (let h = 0; h < bin.length; h++) {
    if (bin[h] < 0) continue;
    bin[h] = bin[h] * fStGrid.length + nearest(fStGrid, Math.min(Math.max(drawn[h], least), most));
  }
}

/** Place of the number of a rising grid that is nearest to `value`, the lower one of two. */
function nearest(grid: Float64Array, value: number): number {
  let best = 0;
  for (let i = 1; i < grid.length; i++) if (Math.abs(grid[i] - value) < Math.abs(grid[best] - value)) best = i;
  return best;
}
