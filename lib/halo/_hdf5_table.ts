import { FormatError } from "../base/mod.ts";
import { openHdf5 } from "../io/mod.ts";
import type { ColumnSource } from "./_columns.ts";

/** The datasets `[row]` and `[row, 3]` of a group of an HDF5 file. */
export async function openHdf5Table(path: string, group: string): Promise<ColumnSource> {
  const at = (name: string) => group === "/" ? name : `${group}/${name}`;
  const columns: { name: string; dataset: string; part: number; parts: number; unit?: string }[] = [];
  using file = await openHdf5(path);
  for (const name of file.names(group)) {
    const dataset = at(name);
    if (!file.hasDataset(dataset)) continue;
    const { shape, dtype, unit } = file.info(dataset);
    const parts = shape.length === 1 ? 1 : shape.length === 2 && shape[1] <= 3 ? shape[1] : 0;
    if (dtype === "string") continue;
    for (let part = 0; part < parts; part++) {
      const own = shape.length === 1 ? name : `${name}[${part}]`;
      columns.push({ name: own, dataset, part, parts, ...unit === undefined ? {} : { unit } });
    }
  }
  return {
    path,
    width: columns.length,
    names: columns.map((c) => c.name),
    unit: (column) => columns[column].unit,
    read: async (wanted) => {
      using file = await openHdf5(path);
      const whole = new Map<string, Float64Array>();
      const out = wanted.map((c) => {
        const { dataset, part, parts } = columns[c];
        let values = whole.get(dataset);
        if (!values) whole.set(dataset, values = file.readNumbers(dataset));
        const all = values;
        return parts === 1 ? all : Float64Array.from({ length: all.length / parts }, (_, i) => all[i * parts + part]);
      });
      const other = out.findIndex((column) => column.length !== out[0].length);
      if (other >= 0) {
        const [a, b] = [columns[wanted[0]], columns[wanted[other]]];
        throw new FormatError(
          `Cannot read "${path}": "${a.name}" has ${out[0].length} rows, but "${b.name}" has ${out[other].length}`,
          path,
          b.dataset,
        );
      }
      return out;
    },
  };
}
