/**
 * HDF5 files: arrays with units, attributes and texts; FITS files: images and headers; headers of NumPy's files. Writing is atomic, reading checks shapes and units. The package
 * that does it is loaded at the first use.
 *
 * @module
 */
export {
  type AttributeValue,
  type DatasetInfo,
  type DatasetLayout,
  Hdf5File,
  openHdf5,
  type OpenHdf5Options,
  type ReadArrayOptions,
} from "./read.ts";
export {
  type CreateArrayOptions,
  Hdf5Output,
  type WritableAttribute,
  type WriteArrayOptions,
  writeHdf5,
  type WriteHdf5Options,
} from "./write.ts";
export { Hdf5Update, updateHdf5 } from "./update.ts";
export { type VirtualDataset, type VirtualSource, writeVirtualHdf5 } from "./virtual.ts";
export type { FileDType, RealDType } from "./_types.ts";
export { checkFiniteArray, type Expectation } from "./expect.ts";
export { type NpyHeader, npyHeader } from "./npy.ts";
export {
  type FitsDType,
  type FitsEntry,
  type FitsHeader,
  type FitsRows,
  type FitsValue,
  type WritableHdu,
  writeFits,
  type WriteFitsOptions,
} from "./fits.ts";
export { FitsFile, FitsHdu, openFits } from "./open_fits.ts";
export { type NpzArrayInfo, NpzFile, openNpz } from "./npz.ts";
