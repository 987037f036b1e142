/**
 * Convergence and shear of the sources that a configuration names, behind a stack of shells.
 *
 * @module
 */
import { FlatField, SphericalField } from "../../lib/fields/mod.ts";
import { born, raytrace, shearFromConvergence } from "../../lib/lensing/mod.ts";
import { inKeys, type Plan } from "./config.ts";
import { sourcesOf } from "./sources.ts";

/** Components of shear, a stack each. */
export interface ShearMaps {
  readonly gamma1: SphericalField | FlatField;
  readonly gamma2: SphericalField | FlatField;
}

/** Maps of lensing, near to far; who asks for them gives them back. */
export interface LensingMaps {
  readonly kappa: SphericalField | FlatField;
  /** Where it is wanted. */
  readonly shear?: ShearMaps;
  /** Of rays that are deflected. */
  readonly rotation?: SphericalField;
}

/** The maps of a configuration. */
export function lensingMaps(plan: Plan, shells: SphericalField | FlatField): LensingMaps {
  const { source, universe: cosmology, analysis: { field_size: fieldSize, method, shear } } = plan;
  const sources = sourcesOf(plan).map(({ sources }) => sources);
  return inKeys(source, "lensing", () => {
    if (method === "raytrace" && shells instanceof SphericalField) {
      const traced = raytrace(cosmology, shells, { sources: sources.map(({ mean }) => mean) });
      traced.born.dispose();
      const [gamma1, gamma2] = traced.shear;
      const { convergence: kappa, rotation } = traced;
      if (shear) return { kappa, rotation, shear: { gamma1, gamma2 } };
      traced.shear.forEach((map) => map.dispose());
      return { kappa, rotation };
    }
    const field = shells instanceof FlatField ? { fieldSize } : {};
    const kappa = born(shells, { cosmology, sources, ...field });
    return shear ? { kappa, shear: shearFromConvergence(kappa) } : { kappa };
  });
}
