// What modes do with layers of the style.
import type { Feature } from "geojson";
import { type GeoJSONSource, type Map as MapLibre, MercatorCoordinate } from "maplibre-gl";
import type { Position } from "../attributes";
import { get } from "./tiles";

/** Light up the regions of these hubs, and no others. */
export function lightHubs(map: MapLibre, slugs: string[]): void {
  for (const layer of ["hub-chosen", "hub-chosen-line"]) {
    map.setFilter(layer, ["in", get<"hubs">("slug"), ["literal", slugs]]);
  }
}

/** Put a ring around one listing; around none without an id. */
export function ringListing(map: MapLibre, id: number | null): void {
  map.setFilter("listing-active", ["==", get<"listings">("id"), id ?? -1]);
}

/** Put a ring around the cluster that stands for what lies at a point; around none without one. */
export function ringCluster(map: MapLibre, at: Position | null): void {
  const found = at && clusterOf(map, at);
  (map.getSource("active") as GeoJSONSource).setData(found ?? { type: "FeatureCollection", features: [] });
}

/** Clusters are cells of a grid, eight to a side of a tile (CELL_BITS in listings/search/tiles.py). */
function clusterOf(map: MapLibre, at: Position): Feature | null {
  const zoom = Math.floor(map.getZoom()) + 3;
  const cell = cellAt(at, zoom);
  for (const { geometry, properties } of map.queryRenderedFeatures({ layers: ["cluster"] })) {
    if (geometry.type !== "Point") continue;
    const coordinates = geometry.coordinates as Position;
    if (cellAt(coordinates, zoom) !== cell) continue;
    // Properties of tiles have no prototype, and MapLibre's worker takes none of those.
    return { type: "Feature", geometry: { type: "Point", coordinates }, properties: { count: properties.count } };
  }
  return null;
}

/** The square of Web Mercator in which a point lies, where the world has 2**zoom of them to a side. */
function cellAt([lon, lat]: Position, zoom: number): string {
  const { x, y } = MercatorCoordinate.fromLngLat([lon, lat]);
  return [x, y].map((part) => Math.floor(part * 2 ** zoom)).join();
}

/** Show that what is under the pointer can be clicked. */
export function pointAt(map: MapLibre, layer: string): void {
  const { style } = map.getCanvas();
  map.on("mouseenter", layer, () => {
    style.cursor = "pointer";
  });
  map.on("mouseleave", layer, () => {
    style.cursor = "";
  });
}
