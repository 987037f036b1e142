import { call } from "../kernel/mod.ts";
import { itemSize } from "./dtype.ts";
import type { View } from "./view.ts";

/** Copies `from` to `to`, of the same shape and item size; the memory must not overlap. */
export function copyStrided(from: View, to: View): void {
  const item = itemSize(from.dtype);
  const axes = Int32Array.from(from.shape.flatMap((n, i) => [n, from.strides[i], to.strides[i]]));
  call("copy", (k, a) => {
    const src = a.in(from.data) + from.offset * item;
    k.array_copy(item, from.shape.length, a.in(axes), src, a.inout(to.data) + to.offset * item);
  });
}
