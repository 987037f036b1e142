/** Means of a row-major plane `[rows, columns]` over `wide` even parts of each row and `high` even parts of the rows. */
export function rebin(
  values: Float32Array | Float64Array,
  [rows, columns]: readonly [number, number],
  [high, wide]: readonly [number, number],
): Float64Array {
  const [down, along] = [parts(rows, high), parts(columns, wide)];
  const out = new Float64Array(high * wide);
  for (let r = 0; r < high; r++) {
    for (let c = 0; c < wide; c++) {
      let sum = 0;
      for (const [row, p] of down[r]) {
        for (const [column, q] of along[c]) sum += p * q * values[row * columns + column];
      }
      out[r * wide + c] = sum;
    }
  }
  return out;
}

/** For each of `count` even parts of `n` cells, the cells in it and the share of the part that each fills. */
function parts(n: number, count: number): [cell: number, share: number][][] {
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i * n / count, (i + 1) * n / count];
    const inside: [number, number][] = [];
    for (let cell = Math.floor(start); cell < end; cell++) {
      const share = (Math.min(end, cell + 1) - Math.max(start, cell)) * count / n;
      // What rounding leaves of a neighbour.
      if (share > 1e-9) inside.push([cell, share]);
    }
    return inside;
  });
}
