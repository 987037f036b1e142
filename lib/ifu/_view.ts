import { DomainError, MemoryError } from "../base/mod.ts";
import { type Frame, type Galaxy, orientGalaxy } from "../galaxy/mod.ts";
import { memoryUse } from "../kernel/mod.ts";
import { extinctionCurve, type TemplateGrid } from "../stellar/mod.ts";
import { inputErrors } from "./_input_errors.ts";
import type { IfuSettings } from "./config.ts";
import { dustColumns } from "./dust_columns.ts";
import { type Instrument, instrumentOf, observeBytes } from "./instrument.ts";
import type { PaintCubeParts } from "./paint_cube.ts";
import type { DustColumns } from "./spaxels.ts";

/** A galaxy before an instrument. */
export interface View extends Disposable {
  readonly instrument: Instrument;
  /** What stars are painted with. */
  readonly parts: PaintCubeParts;
  /** What stars came from, in messages. */
  readonly from: string;
}

/** Puts a galaxy before the instrument of a configuration, with its dust. */
export function viewOf(settings: IfuSettings, galaxy: Galaxy, templates: TemplateGrid): View {
  const { lookup, values, redshift, align, rotation } = settings;
  const instrument = instrumentOf(settings, templates);
  const { telescope, psf, wavelengthMargin, kpcPerArcsec } = instrument;
  checkMemory(settings, instrument);
  const from = settings.galaxy.kind === "file" ? settings.galaxy.path : `galaxy "${galaxy.name}"`;
  const frame = inputErrors(from, "galaxy", () => orientGalaxy(galaxy, { align, rotation }));
  const extinction = inputErrors(from, "gas", () => screen(settings, galaxy, frame, instrument, templates));
  const { doppler, resampling } = values.ssp as { doppler: "exponential"; resampling: "conserve" };
  return {
    ...{ instrument, from },
    parts: {
      ...{ stars: galaxy.stars, frame, templates, telescope, redshift, kpcPerArcsec, wavelengthMargin },
      margin: psf?.radius ?? 0,
      ...lookup,
      ...{ doppler, resampling },
      ...extinction ? { extinction } : {},
    },
    [Symbol.dispose]: () => extinction?.columns[Symbol.dispose](),
  };
}

function checkMemory(settings: IfuSettings, instrument: Instrument): void {
  const [bytes, { free }] = [observeBytes(settings, instrument), memoryUse()];
  if (bytes <= free) return;
  const { spaxels, name, wavelength } = instrument.telescope;
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new MemoryError(
    `Cannot paint ${spaxels} x ${spaxels} spaxels of ${wavelength.length} wavelengths of ${name}: with margins they ` +
      `take ${gibibytes(bytes)}, and ${
        gibibytes(free)
      } are left for arrays; use a smaller telescope.fov, or a shorter ` +
      "telescope.wave_range and one run for each part",
    bytes,
    free,
  );
}

/** Dust in front of stars. */
function screen(
  { dust }: IfuSettings,
  { gas, name }: Galaxy,
  frame: Frame,
  { telescope, kpcPerArcsec, psf }: Instrument,
  templates: TemplateGrid,
): { curve: Float64Array; columns: DustColumns & Disposable } | undefined {
  if (!dust) return;
  const { law, rv, grainDensity, dustToGas } = dust;
  if (!gas) {
    const rule = "gas for ssp.dust.extinction_model";
    throw new DomainError(`Cannot dim stars: "${name}" must have ${rule}; leave the model out`, rule, "none");
  }
  const curve = extinctionCurve(law, templates.wavelength, { outside: "hold", ...rv === null ? {} : { rv } });
  const margin = psf?.radius ?? 0;
  return { curve, columns: dustColumns({ gas, frame, telescope, kpcPerArcsec, margin, dustToGas, grainDensity }) };
}
