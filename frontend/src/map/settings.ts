/** What a <werkstof-map> is told in its data attributes, and the words it uses. */
export interface Settings {
  mode: string;
  tiles: string;
  worker: string;
  basemap: string;
  attribution: string;
  point: [number, number] | null;
  bounds: [number, number, number, number] | null;
  zoom: number;
  words: Record<string, string>;
}

/** Flanders and Brussels (west, south, east, north). */
export const FLANDERS: [number, number, number, number] = [2.53, 50.66, 5.93, 51.52];

export function settingsOf(element: HTMLElement): Settings {
  const data = element.dataset;
  const lat = number(data["lat"]);
  const lon = number(data["lon"]);
  return {
    mode: data["mode"] ?? "search",
    tiles: new URL(data["tiles"] ?? "/tiles/", location.href).href,
    worker: data["worker"] ?? "",
    basemap: data["basemap"] ?? "",
    attribution: data["attribution"] ?? "",
    point: lat !== null && lon !== null ? [lon, lat] : null,
    bounds: box(data["bounds"]),
    zoom: number(data["zoom"]) ?? 12,
    words: words(),
  };
}

export function box(text: string | undefined): [number, number, number, number] | null {
  const parts = (text ?? "").split(",").map(Number);
  if (parts.length !== 4 || !parts.every(Number.isFinite)) return null;
  return parts as [number, number, number, number];
}

export function number(text: string | undefined): number | null {
  if (!text) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function words(): Record<string, string> {
  const catalogue = document.getElementById("map-words")?.textContent;
  return catalogue ? (JSON.parse(catalogue) as Record<string, string>) : {};
}
