import type { CubeArray } from "./cube.ts";
import { convolveLsf, convolveLsfAdjoint } from "./lsf.ts";
import type { Instrument } from "./instrument.ts";
import { convolvePsf, convolvePsfAdjoint } from "./psf.ts";

type Optics = Pick<Instrument, "psf" | "wavelengthMargin"> & Partial<Pick<Instrument, "lsf">>;

/** Light through point and line spread functions, without margins. Gives `light` back. */
export function seen(light: CubeArray, { psf, lsf, wavelengthMargin: crop }: Optics): CubeArray {
  let flux = light;
  try {
    if (psf) {
      flux = convolvePsf(light, psf, { crop: psf.radius });
      light.dispose();
    }
    if (!lsf) return flux;
    if (crop === 0) return convolveLsf(flux, lsf, { crop, out: flux });
    const inside = convolveLsf(flux, lsf, { crop });
    flux.dispose();
    return inside;
  } catch (error) {
    flux.dispose();
    throw error;
  }
}

/** The transpose of `seen`: derivatives by what is seen to those by the light. Gives `bar` back. */
export function seenAdjoint(bar: CubeArray, { psf, lsf, wavelengthMargin: crop }: Optics): CubeArray {
  let light = bar;
  try {
    if (lsf) {
      light = convolveLsfAdjoint(bar, lsf, { crop });
      bar.dispose();
    }
    if (!psf) return light;
    const wide = convolvePsfAdjoint(light, psf, { crop: psf.radius });
    light.dispose();
    return wide;
  } catch (error) {
    light.dispose();
    throw error;
  }
}
