import { type Box, box, json, number, type Position, position } from "../attributes";

/** What a <werkstof-map> is told in its data attributes, and the words it uses. */
export interface Settings {
  mode: string;
  tiles: string;
  worker: string;
  basemap: string;
  attribution: string;
  point: Position | null;
  /** Where a map looks that has no point: all that we know of. */
  home: Box;
  zoom: number;
  words: Words;
}

/** What the map says in the page's language; names with a dot are MapLibre's own. */
export interface Words extends Record<string, string> {
  none: string;
  pin: string;
  free: string;
  /** “€ {number}”, and “{euro} per {unit}”. */
  euro: string;
  each: string;
}

export function settingsOf(element: HTMLElement): Settings {
  const data = element.dataset;
  const home = box(data.home);
  const words = json<Words>("map-words");
  if (!home || !words) throw new Error("A map needs components/map_attributes.html, and its page map_head.html.");
  return {
    mode: data.mode ?? "search",
    tiles: new URL(data.tiles ?? "/tiles/", location.href).href,
    worker: data.worker ?? "",
    basemap: data.basemap ?? "",
    attribution: data.attribution ?? "",
    point: position(data.lon, data.lat),
    home,
    zoom: number(data.zoom) ?? 12,
    words,
  };
}
