import type { Parameter } from "../config/mod.ts";
import { TEMPLATE_FORMATS } from "../stellar/mod.ts";
import { POSITIVE, table } from "./_keys.ts";

const axis = (what: string): Omit<Parameter, "group" | "key"> => ({
  kind: "text",
  choices: ["log", "linear"],
  default: "log",
  description: `Whether templates are interpolated over the logarithm of ${what}`,
});

const unitOf = (what: string, choices: readonly string[]): Omit<Parameter, "group" | "key"> => ({
  kind: "text",
  choices,
  default: null,
  description: `Unit of the ${what} in HDF5 files; found out unless given`,
});

/** From stars to the cube: templates, dust, and the form of the result. */
export const LIGHT_KEYS: readonly Parameter[] = [
  ...table("ssp", {
    method: {
      kind: "text",
      choices: ["linear", "cubic"],
      default: "linear",
      description: "Interpolation between templates; cubic may overshoot",
    },
    age_axis: axis("age"),
    metallicity_axis: axis("metallicity"),
    doppler: {
      kind: "text",
      choices: ["exponential", "relativistic", "classical"],
      default: "exponential",
      description: "Shift by the velocity along the line of sight",
    },
    resampling: {
      kind: "text",
      choices: ["conserve", "linear"],
      default: "conserve",
      description: "Means over wavelength pixels, or values at their centers scaled by one factor, as RUBIX has",
    },
  }),
  ...table("ssp.template", {
    name: {
      kind: "text",
      default: "synthetic",
      description: "Templates made by the program, or the name of those in ssp.template.path",
    },
    path: { kind: "path", default: null, description: "File with templates" },
    format: {
      kind: "text",
      choices: TEMPLATE_FORMATS,
      default: null,
      description: "Layout of the file; found out unless given",
    },
    fwhm: {
      kind: "number",
      unit: "Angstrom",
      least: 0,
      default: null,
      description: "Resolution of the templates, in place of what the file says",
    },
    scale: {
      ...POSITIVE,
      unit: "1",
      default: null,
      description: "Factor that brings the file's spectra to L_sun/Angstrom for each M_sun formed",
    },
    age_unit: unitOf("ages", ["Gyr", "Myr", "yr", "log10(Gyr)", "log10(yr)"]),
    metallicity_unit: unitOf("metallicities", ["1", "log10(1)", "[M/H]"]),
    wavelength_unit: unitOf("wavelengths", ["Angstrom", "nm", "um"]),
    step: {
      ...POSITIVE,
      unit: "Angstrom",
      default: 2,
      description: "Distance of the wavelengths of synthetic templates",
    },
  }),
  ...table("ssp.dust", {
    extinction_model: {
      kind: "text",
      choices: ["Cardelli89", "Calzetti00", "Gordon23"],
      default: null,
      description: "Extinction by the gas in front of each star; none unless given",
    },
    Rv: { ...POSITIVE, unit: "1", least: 1, most: 10, default: null, description: "A(V)/E(B-V); that of the model" },
    dust_grain_density: { ...POSITIVE, unit: "g/cm3", default: 3.5, description: "Density of grains" },
    dust_to_gas_model: {
      kind: "text",
      choices: ["broken power law fit", "power law slope free", "ratio", "metals"],
      default: "broken power law fit",
      description: "Dust in gas: by oxygen (Remy-Ruyer et al. 2014), by the mass of gas, or by that of metals",
    },
    Xco: { kind: "text", choices: ["Z", "MW"], default: "Z", description: "Conversion factor of CO of these fits" },
    dust_to_gas_ratio: {
      kind: "number",
      unit: "1",
      least: 0,
      most: 1,
      default: null,
      description: 'Dust over gas for dust_to_gas_model = "ratio"; 0.01 unless given',
    },
    dust_to_metals_ratio: {
      kind: "number",
      unit: "1",
      least: 0,
      most: 1,
      default: null,
      description: 'Dust over metals for dust_to_gas_model = "metals"; 0.4 unless given',
    },
  }),
  ...table("output", {
    unit: {
      kind: "text",
      choices: ["1e-20 erg/s/cm2/Angstrom", "Lsun/Angstrom"],
      default: "1e-20 erg/s/cm2/Angstrom",
      description: "Unit of the cube",
    },
    dtype: { kind: "text", choices: ["float32", "float64"], default: "float32", description: "Numbers of the cube" },
  }),
];
