/** Widths of the letters of a font, read from the tables `head`, `hhea`, `hmtx` and `cmap` of a TrueType file. */
export class FontMetrics {
  readonly #view: DataView;
  readonly #tables = new Map<string, number>();
  readonly #unitsPerEm: number;
  readonly #wideGlyphs: number;

  /** @param bytes A TrueType file with a character map of format 4. */
  constructor(bytes: Uint8Array) {
    const view = this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 12; i < view.getUint16(4); i++, at += 16) {
      const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
      this.#tables.set(tag, view.getUint32(at + 8));
    }
    this.#unitsPerEm = view.getUint16(this.#table("head") + 18);
    this.#wideGlyphs = view.getUint16(this.#table("hhea") + 34);
  }

  /** Width of a text in units of the font size, the sum of its letters' (no kerning). */
  width(text: string): number {
    let units = 0;
    for (const letter of text) {
      const glyph = Math.min(this.#glyph(letter.codePointAt(0)!), this.#wideGlyphs - 1);
      units += this.#view.getUint16(this.#table("hmtx") + 4 * glyph);
    }
    return units / this.#unitsPerEm;
  }

  #table(tag: string): number {
    const at = this.#tables.get(tag);
    if (at === undefined) throw new SyntaxError(`Cannot read the font: it has no table "${tag}"`);
    return at;
  }

  /** Number of the glyph of a character by the map of format 4; 0, the empty box, where there is none. */
  #glyph(code: number): number {
    const view = this.#view;
    const cmap = this.#table("cmap");
    for (let i = 0; i < view.getUint16(cmap + 2); i++) {
      const at = cmap + view.getUint32(cmap + 8 + 8 * i);
      if (view.getUint16(at) !== 4) continue;
      const double = view.getUint16(at + 6);
      const ends = at + 14;
      const [starts, deltas, offsets] = [ends + double + 2, ends + 2 * double + 2, ends + 3 * double + 2];
      for (let s = 0; s < double; s += 2) {
        if (code > view.getUint16(ends + s)) continue;
        const start = view.getUint16(starts + s);
        if (code < start) return 0;
        const offset = view.getUint16(offsets + s);
        const delta = view.getUint16(deltas + s);
        if (offset === 0) return (code + delta) & 0xffff;
        const glyph = view.getUint16(offsets + s + offset + 2 * (code - start));
        return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
      }
    }
    return 0;
  }
}
