// The map from our own tiles: pale land, municipality lines that fade in, hub regions as tinted outlines, place names.
import type { LayerSpecification, Map as MapLibre, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { colour } from "./colours";
import { priceOrAmount } from "./labels";
import type { Settings, Words } from "./settings";
import { addSigns } from "./symbols";
import { get, has } from "./tiles";

type PaintName = Parameters<MapLibre["setPaintProperty"]>[1];

const FONT = ["IBM Plex Sans", "sans-serif"];

export interface Parts {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

/** The whole style. `query` holds the filters of listing tiles; null leaves listings out. */
export async function styleOf(settings: Settings, query: string | null): Promise<StyleSpecification> {
  const under = await basemap(settings);
  const layers: LayerSpecification[] = [
    { id: "water", type: "background", paint: { "background-color": colour("map-water") } },
    { id: "land", type: "fill", source: "land", "source-layer": "land", paint: { "fill-color": colour("map-land") } },
    ...under.layers,
    ...areas(Boolean(settings.basemap)),
    ...(settings.basemap ? [] : names()),
  ];
  const sources: Record<string, SourceSpecification> = { ...under.sources };
  for (const layer of ["land", "municipalities", "hubs", "places"]) sources[layer] = tiles(settings, layer, "");
  if (query !== null) {
    sources.listings = tiles(settings, "listings", query);
    sources.active = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
    layers.push(...listings(settings.words));
  }
  return { version: 8, ...under.extras, sources, layers };
}

/** Paint every layer in its fresh colour, in place: the page around the map keeps what people typed. */
export function recolour(map: MapLibre, fresh: ReadonlyMap<string, string>): void {
  addSigns(map);
  for (const layer of map.getStyle().layers) {
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      const now = fresh.get(String(value));
      if (now) map.setPaintProperty(layer.id, name as PaintName, now);
    }
  }
}

export function listingTiles(settings: Settings, query: string): string {
  return `${settings.tiles}listings/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
}

function tiles(settings: Settings, layer: string, query: string): SourceSpecification {
  const address = layer === "listings" ? listingTiles(settings, query) : `${settings.tiles}${layer}/{z}/{x}/{y}.mvt`;
  return { type: "vector", tiles: [address], minzoom: 4, maxzoom: layer === "listings" ? 16 : 12 };
}

async function basemap(settings: Settings): Promise<Parts & { extras: Partial<StyleSpecification> }> {
  const nothing = { sources: {}, layers: [], extras: {} };
  if (!settings.basemap) return nothing;
  if (settings.basemap.includes("{z}")) {
    return {
      sources: {
        basemap: { type: "raster", tiles: [settings.basemap], tileSize: 256, attribution: settings.attribution },
      },
      layers: [{ id: "basemap", type: "raster", source: "basemap", paint: { "raster-opacity": 0.75 } }],
      extras: {},
    };
  }
  try {
    const style = (await (await fetch(settings.basemap)).json()) as StyleSpecification;
    const extras: Partial<StyleSpecification> = {};
    if (style.glyphs) extras.glyphs = style.glyphs;
    if (style.sprite) extras.sprite = style.sprite;
    return { sources: style.sources, layers: style.layers, extras };
  } catch {
    return nothing;
  }
}

function areas(underlaid: boolean): LayerSpecification[] {
  return [
    {
      id: "hub-fill",
      type: "fill",
      source: "hubs",
      "source-layer": "hubs",
      filter: ["!=", get<"hubs">("kind"), "thematic"],
      paint: { "fill-color": colour("map-hub"), "fill-opacity": underlaid ? 0.03 : 0.05 },
    },
    {
      id: "municipality-line",
      type: "line",
      source: "municipalities",
      "source-layer": "municipalities",
      paint: {
        "line-color": colour("map-line"),
        "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.4, 12, 1.2],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 7, 0.2, 9, 0.9],
      },
    },
    {
      id: "hub-line",
      type: "line",
      source: "hubs",
      "source-layer": "hubs",
      filter: ["!=", get<"hubs">("kind"), "thematic"],
      paint: {
        "line-color": colour("map-hub"),
        "line-opacity": 0.55,
        "line-width": ["interpolate", ["linear"], ["zoom"], 7, 1.2, 12, 2.5],
      },
    },
    {
      id: "hub-chosen",
      type: "fill",
      source: "hubs",
      "source-layer": "hubs",
      filter: ["==", get<"hubs">("slug"), ""],
      paint: { "fill-color": colour("map-hub"), "fill-opacity": 0.14 },
    },
    {
      id: "hub-chosen-line",
      type: "line",
      source: "hubs",
      "source-layer": "hubs",
      filter: ["==", get<"hubs">("slug"), ""],
      paint: { "line-color": colour("map-hub"), "line-width": 3 },
    },
  ];
}

function names(): LayerSpecification[] {
  return [
    {
      id: "place-names",
      type: "symbol",
      source: "places",
      "source-layer": "places",
      layout: {
        "text-field": get<"places">(nameIn(document.documentElement.lang)),
        "text-font": FONT,
        "text-size": [
          "interpolate",
          ["linear"],
          ["zoom"],
          7,
          ["match", get<"places">("rank"), 1, 13, 2, 12, 11],
          13,
          ["match", get<"places">("rank"), 1, 20, 2, 17, 3, 15, 13],
        ],
        "text-max-width": 8,
        "text-padding": 6,
        // A city's name makes way for the cluster that stands on it.
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
        "text-radial-offset": 1.5,
        "symbol-sort-key": ["-", 0, get<"places">("population")],
      },
      paint: {
        "text-color": colour("map-label"),
        "text-halo-color": colour("map-halo"),
        "text-halo-width": 1.5,
      },
    },
  ];
}

/** Tiles hold the names of places in each language: those of the page's are drawn. */
function nameIn(language: string): "name" | "name_fr" | "name_en" {
  return language === "fr" ? "name_fr" : language === "en" ? "name_en" : "name";
}

/** Clusters carry their number, with ± where it is estimated; one listing carries the sign of its kind. */
function listings(words: Words): LayerSpecification[] {
  const many = get<"listings">("count");
  return [
    {
      id: "cluster",
      type: "circle",
      source: "listings",
      "source-layer": "listings",
      filter: [">", many, 1],
      paint: {
        "circle-color": colour("ink"),
        "circle-stroke-color": colour("paper"),
        "circle-stroke-width": 2,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", many], 1.4, 11, 10, 16, 32, 24, 100, 32],
      },
    },
    {
      id: "cluster-active",
      type: "circle",
      source: "active",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["sqrt", many], 1.4, 16, 10, 21, 32, 29, 100, 37],
        "circle-color": "transparent",
        "circle-stroke-color": colour("accent"),
        "circle-stroke-width": 3,
      },
    },
    {
      id: "cluster-number",
      type: "symbol",
      source: "listings",
      "source-layer": "listings",
      filter: [">", many, 1],
      layout: {
        "text-field": [
          "concat",
          ["case", has<"listings">("approximate"), "±", ""],
          [
            "case",
            ["<", many, 1000],
            ["to-string", many],
            ["concat", ["to-string", ["round", ["/", many, 1000]]], "k"],
          ],
        ],
        "text-font": FONT,
        "text-size": 12,
        "text-allow-overlap": true,
        // Place names keep clear of the circle around the number.
        "text-padding": 10,
      },
      paint: { "text-color": colour("paper") },
    },
    {
      id: "listing",
      type: "symbol",
      source: "listings",
      "source-layer": "listings",
      filter: ["==", many, 1],
      layout: {
        "icon-image": ["concat", "sign-", get<"listings">("kind")],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "text-field": priceOrAmount(words, document.documentElement.lang),
        "text-font": FONT,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 0.8],
        "text-optional": true,
      },
      paint: {
        "text-color": colour("ink"),
        "text-halo-color": colour("map-halo"),
        "text-halo-width": 1.5,
      },
    },
    {
      id: "listing-active",
      type: "circle",
      source: "listings",
      "source-layer": "listings",
      filter: ["==", get<"listings">("id"), -1],
      paint: {
        "circle-radius": 18,
        "circle-color": "transparent",
        "circle-stroke-color": colour("accent"),
        "circle-stroke-width": 3,
      },
    },
  ];
}
