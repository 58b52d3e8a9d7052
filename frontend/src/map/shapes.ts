/** Shapes that we lay on the map ourselves, as GeoJSON. */
import type { GeoJSON, MultiPolygon, Polygon } from "geojson";
import { type GeoJSONSource, LngLat, LngLatBounds, type Map as MapLibre } from "maplibre-gl";
import type { Position } from "../attributes";
import { colour } from "./colours";

/** A circle of so many metres around a point, as a polygon of 64 corners. */
export function circle([lon, lat]: Position, radiusM: number): Polygon {
  const ring: Position[] = [];
  const around = LngLatBounds.fromLngLat(new LngLat(lon, lat), radiusM);
  const [east, north] = [around.getEast() - lon, around.getNorth() - lat];
  for (let step = 0; step <= 64; step += 1) {
    const angle = (step / 64) * 2 * Math.PI;
    ring.push([lon + Math.cos(angle) * east, lat + Math.sin(angle) * north]);
  }
  return { type: "Polygon", coordinates: [ring] };
}

/** A way as the crow flies, with a dot at each end. */
export function line(places: Position[]): GeoJSON {
  return {
    type: "GeometryCollection",
    geometries: [
      { type: "LineString", coordinates: places },
      { type: "MultiPoint", coordinates: places },
    ],
  };
}

/** The box around these areas; null where there are none. */
export function boundsOf(areas: (Polygon | MultiPolygon)[]): LngLatBounds | null {
  const bounds = new LngLatBounds();
  for (const area of areas) {
    const rings = area.type === "Polygon" ? area.coordinates : area.coordinates.flat();
    for (const corner of rings.flat()) bounds.extend(corner as Position);
  }
  return bounds.isEmpty() ? null : bounds;
}

/** Draw or redraw a shape under this name: its area tinted, its edge dashed, its points as dots. */
export function lay(
  map: MapLibre,
  name: string,
  shape: GeoJSON,
  paint: { dashed?: boolean; tint?: number } = {},
): void {
  const source = map.getSource(name) as GeoJSONSource | undefined;
  if (source) {
    source.setData(shape);
    return;
  }
  map.addSource(name, { type: "geojson", data: shape });
  const before = map.getLayer("place-names") ? "place-names" : undefined;
  map.addLayer(
    {
      id: `${name}-fill`,
      type: "fill",
      source: name,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour("accent"), "fill-opacity": paint.tint ?? 0.06 },
    },
    before,
  );
  map.addLayer(
    {
      id: `${name}-line`,
      type: "line",
      source: name,
      paint: {
        "line-color": colour("accent"),
        "line-width": 2,
        ...(paint.dashed ? { "line-dasharray": [3, 2] } : {}),
      },
    },
    before,
  );
  map.addLayer(
    {
      id: `${name}-dots`,
      type: "circle",
      source: name,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 6,
        "circle-color": colour("paper"),
        "circle-stroke-color": colour("accent"),
        "circle-stroke-width": 3,
      },
    },
    before,
  );
}

export function clear(map: MapLibre, name: string): void {
  const source = map.getSource(name) as GeoJSONSource | undefined;
  source?.setData({ type: "FeatureCollection", features: [] });
}
