// A shape and its pieces: what draws takes one ring, line or point at a time. Opened and put together, nothing is lost: each
// piece knows its part and its ring, and a corner that nobody moved keeps every figure.
import type {
  Geometry,
  LineString,
  MultiLineString,
  MultiPoint,
  MultiPolygon,
  Point,
  Polygon,
  Position,
} from "geojson";

export type Shape = Point | MultiPoint | LineString | MultiLineString | Polygon | MultiPolygon;
export type PieceShape = Point | LineString | Polygon;

/** A point, a line, or a ring of an area: ring 0 is its edge, the others are holes. */
export interface Piece {
  part: number;
  ring: number;
  geometry: PieceShape;
}

/** What drawing takes of a degree: a tenth of a millimetre. */
const DECIMALS = 9;

/** Corners as they were before they were rounded for drawing. */
export class Corners {
  private readonly known = new Map<string, Position>();

  /** A corner as drawing takes it. */
  rounded(place: Position): Position {
    const [lon = 0, lat = 0] = place;
    const near = [Number(lon.toFixed(DECIMALS)), Number(lat.toFixed(DECIMALS))];
    this.known.set(near.join(), [lon, lat]);
    return near;
  }

  /** The corner that a rounded one stands for; itself where it was drawn here. */
  exact(place: Position): Position {
    return this.known.get(place.join()) ?? place;
  }
}

/** The pieces of a shape. */
export function opened(shape: Shape, corners: Corners): Piece[] {
  const near = (places: Position[]) => places.map((place) => corners.rounded(place));
  const area = (rings: Position[][], part: number): Piece[] =>
    rings.map((ring, at) => ({ part, ring: at, geometry: { type: "Polygon", coordinates: [near(ring)] } }));
  switch (shape.type) {
    case "Point":
      return [{ part: 0, ring: 0, geometry: { type: "Point", coordinates: corners.rounded(shape.coordinates) } }];
    case "MultiPoint":
      return near(shape.coordinates).map((place, part) => ({
        part,
        ring: 0,
        geometry: { type: "Point", coordinates: place },
      }));
    case "LineString":
      return [{ part: 0, ring: 0, geometry: { type: "LineString", coordinates: near(shape.coordinates) } }];
    case "MultiLineString":
      return shape.coordinates.map((line, part) => ({
        part,
        ring: 0,
        geometry: { type: "LineString", coordinates: near(line) },
      }));
    case "Polygon":
      return area(shape.coordinates, 0);
    case "MultiPolygon":
      return shape.coordinates.flatMap(area);
  }
}

/** The shape of pieces; null for none. With `many` it has parts, also where there is one. */
export function together(pieces: Piece[], corners: Corners, many: boolean): Shape | null {
  const ordered = [...pieces].sort((one, other) => one.part - other.part || one.ring - other.ring);
  const first = ordered[0]?.geometry.type;
  if (first === undefined) return null;
  const exact = (places: Position[]) => places.map((place) => corners.exact(place));
  if (first === "Polygon") {
    const areas = new Map<number, Position[][]>();
    for (const { part, geometry } of ordered) {
      if (geometry.type !== "Polygon") continue;
      areas.set(part, [...(areas.get(part) ?? []), ...geometry.coordinates.map(exact)]);
    }
    const coordinates = [...areas.values()];
    const [only] = coordinates;
    return many || coordinates.length > 1 || !only
      ? { type: "MultiPolygon", coordinates }
      : { type: "Polygon", coordinates: only };
  }
  if (first === "LineString") {
    const coordinates = ordered.flatMap(({ geometry }) =>
      geometry.type === "LineString" ? [exact(geometry.coordinates)] : [],
    );
    const [only] = coordinates;
    return many || coordinates.length > 1 || !only
      ? { type: "MultiLineString", coordinates }
      : { type: "LineString", coordinates: only };
  }
  const coordinates = ordered.flatMap(({ geometry }) =>
    geometry.type === "Point" ? [corners.exact(geometry.coordinates)] : [],
  );
  const [only] = coordinates;
  return many || coordinates.length > 1 || !only
    ? { type: "MultiPoint", coordinates }
    : { type: "Point", coordinates: only };
}

/** Every chain of corners of a shape: a point alone, a line, each ring of an area. */
export function chainsOf(shape: Geometry): Position[][] {
  switch (shape.type) {
    case "Point":
      return [[shape.coordinates]];
    case "MultiPoint":
      return shape.coordinates.map((place) => [place]);
    case "LineString":
      return [shape.coordinates];
    case "MultiLineString":
    case "Polygon":
      return shape.coordinates;
    case "MultiPolygon":
      return shape.coordinates.flat();
    default:
      return [];
  }
}

/** A place so many degrees further, as drawing takes it. */
export function movedBy([lon = 0, lat = 0]: Position, east: number, north: number): Position {
  return [Number((lon + east).toFixed(DECIMALS)), Number((lat + north).toFixed(DECIMALS))];
}

/** A piece so many degrees further. */
export function shifted(geometry: PieceShape, east: number, north: number): PieceShape {
  const by = (place: Position): Position => movedBy(place, east, north);
  switch (geometry.type) {
    case "Point":
      return { type: "Point", coordinates: by(geometry.coordinates) };
    case "LineString":
      return { type: "LineString", coordinates: geometry.coordinates.map(by) };
    case "Polygon":
      return { type: "Polygon", coordinates: geometry.coordinates.map((ring) => ring.map(by)) };
  }
}

/** Whether a place lies within a ring. */
export function isWithin([lon = 0, lat = 0]: Position, ring: Position[]): boolean {
  let inside = false;
  for (const [at, [east = 0, north = 0]] of ring.entries()) {
    const [west = 0, south = 0] = ring.at(at - 1) ?? [];
    if (north > lat !== south > lat && lon < ((west - east) * (lat - north)) / (south - north) + east)
      inside = !inside;
  }
  return inside;
}

/** The box around a shape: west, south, east, north. */
export function boundsOf(shape: Geometry): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon = 0, lat = 0] of chainsOf(shape).flat()) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

/** How large the box around a piece is, to tell the smaller of two. */
export function extentOf(geometry: PieceShape): number {
  const [west, south, east, north] = boundsOf(geometry);
  return (east - west) * (north - south);
}
