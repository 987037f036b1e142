// @ts-types="npm:@types/d3-scale-chromatic@3.1.0"
import { interpolateCividis, interpolatePlasma, interpolateViridis } from "npm:d3-scale-chromatic@3.1.1";
import { checkOneOf } from "../base/mod.ts";

/** A colour as red, green, blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour for each place from 0 to 1; places outside give the colour of the nearer end. */
export type ColorMap = (place: number) => Rgb;

/** Names of the built-in colour maps. */
export type ColorMapName = "viridis" | "plasma" | "cividis" | "binary" | "gray" | "dtb";

/** Colour map that is linear in red, green and blue between stops `[place, red, green, blue]` (places and colours 0 to 1). */
export function mapFromStops(stops: readonly (readonly [number, number, number, number])[]): ColorMap {
  return (place) => {
    const upper = Math.max(1, stops.findIndex(([at]) => at >= place));
    const [[from, ...low], [to, ...high]] = place > 1 ? stops.slice(-2) : [stops[upper - 1], stops[upper]];
    const t = Math.min(1, Math.max(0, (place - from) / (to - from)));
    return low.map((channel, i) => Math.round(255 * (channel + t * (high[i] - channel)))) as unknown as Rgb;
  };
}

/** Colour map from a function that gives CSS colours, "#440154" or "rgb(68, 1, 84)". */
function mapFromCss(css: (place: number) => string): ColorMap {
  return (place) => {
    const text = css(Math.min(1, Math.max(0, place)));
    const parts = text.startsWith("#")
      ? [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16))
      : text.match(/\d+/g)!.map(Number);
    return parts as unknown as Rgb;
  };
}

// 21-cm brightness: black at zero, blue in absorption, orange in emission (BEoRN's light-cone figures).
const DTB_STOPS = [
  [0, 0.471, 0.894, 1],
  [0.2, 0, 0.427, 0.761],
  [0.49, 0, 0.071, 0.314],
  [0.5, 0, 0, 0],
  [0.51, 0.337, 0.145, 0],
  [0.719, 0.812, 0.518, 0],
  [1, 1, 0.925, 0.2],
] as const;

const MAPS: { readonly [name in ColorMapName]: ColorMap } = {
  viridis: mapFromCss(interpolateViridis),
  plasma: mapFromCss(interpolatePlasma),
  cividis: mapFromCss(interpolateCividis),
  binary: mapFromStops([[0, 1, 1, 1], [1, 0, 0, 0]]),
  gray: mapFromStops([[0, 0, 0, 0], [1, 1, 1, 1]]),
  dtb: mapFromStops(DTB_STOPS),
};

/**
 * The colour map of a name: viridis, plasma, cividis (perceptually uniform), binary (white to black), gray (black to
 * white), dtb (diverging, black in the middle, for 21-cm brightness temperature around 0 mK).
 *
 * @throws {DomainError} for another name.
 * @example
 * ```ts
 * import { colorMap } from "@cosmesh/cosmesh/plot";
 * colorMap("viridis")(0); // [68, 1, 84]
 * ```
 */
export function colorMap(name: ColorMapName): ColorMap {
  return MAPS[checkOneOf(name, "colors", Object.keys(MAPS) as ColorMapName[])];
}
