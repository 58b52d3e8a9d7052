// What the server wrote into data attributes and JSON elements, read as what it means.

export type Position = [lon: number, lat: number];
export type Box = [west: number, south: number, east: number, north: number];

/** A number; null where there is none. */
export function number(text: string | undefined): number | null {
  if (!text) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A point of two numbers; null unless both are there. */
export function position(lon: string | undefined, lat: string | undefined): Position | null {
  const [east, north] = [number(lon), number(lat)];
  return east === null || north === null ? null : [east, north];
}

/** "west,south,east,north" in degrees; null for anything else. */
export function box(text: string | undefined): Box | null {
  const [west, south, east, north, ...more] = (text ?? "").split(",").map((part) => number(part.trim()));
  if (west == null || south == null || east == null || north == null || more.length > 0) return null;
  return [west, south, east, north];
}

/** What a JSON element of this page holds, as whoever reads it knows it from the server; null where it isn't there. */
export function json<Shape>(id: string): Shape | null {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as Shape) : null;
}
