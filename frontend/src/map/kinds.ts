// A sign per kind of element, be it a point, a line or an area, so that no colour has to tell them apart: a diamond for stock, a
// triangle for a flow, a circle for a place. The same as in legends and on paper (frontend/maps/legend.py). Kept as distances to their edge, so that the map colours
// each of them, with an edge around it.
import type { ExpressionSpecification, Map as MapLibre, SymbolLayerSpecification } from "maplibre-gl";
import { get } from "./tiles";

const SIZE_PX = 26;
const SCALE = 2;
/** What the map makes of such an image: its edge lies at this share, and so many pixels are from there to all or nothing. */
const EDGE = 0.75;
const REACH_PX = 8;

/** How far a place, from the middle, is outside the edge of each sign, in pixels; less than nought is within. */
const SIGNS: Record<string, (x: number, y: number) => number> = {
  stock: (x, y) => (Math.abs(x) + Math.abs(y) - 9) / Math.SQRT2,
  flow: (x, y) => Math.max(-x, (x + Math.sqrt(3) * Math.abs(y)) / 2) - 5,
  place: (x, y) => Math.hypot(x, y) - 7,
};

/** Have the map know the signs. */
export function addKinds(map: MapLibre): void {
  for (const [kind, outside] of Object.entries(SIGNS)) {
    const name = `kind-${kind}`;
    if (!map.hasImage(name)) map.addImage(name, draw(outside), { sdf: true, pixelRatio: SCALE });
  }
}

/** The sign of an element. */
const SIGN_OF: ExpressionSpecification = [
  "match",
  get<"elements">("kind"),
  "flow",
  "kind-flow",
  "place",
  "kind-place",
  "kind-stock",
];

export type SignLayout = NonNullable<SymbolLayerSpecification["layout"]>;

const ALWAYS = { "icon-image": SIGN_OF, "icon-allow-overlap": true, "icon-ignore-placement": true } as const;

/** How signs lie on each sort of shape. Along a line they stand upright, as in the legend: they say nothing of a direction. */
export const SIGN_LAYOUT: Record<"point" | "line" | "area", SignLayout> = {
  point: ALWAYS,
  line: {
    ...ALWAYS,
    "symbol-placement": "line",
    "symbol-spacing": 140,
    "icon-rotation-alignment": "viewport",
    "icon-size": 0.8,
  },
  area: { ...ALWAYS, "icon-size": 0.8 },
};

function draw(outside: (x: number, y: number) => number): ImageData {
  const width = SIZE_PX * SCALE;
  const image = new ImageData(width, width);
  for (let at = 0; at < width * width; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)].map((pixel) => (pixel + 0.5) / SCALE - SIZE_PX / 2);
    const share = EDGE - outside(x ?? 0, y ?? 0) / REACH_PX;
    image.data[at * 4 + 3] = 255 * Math.min(1, Math.max(0, share));
  }
  return image;
}
