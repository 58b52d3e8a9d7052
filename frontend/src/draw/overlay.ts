// What the server says about a shape, on the map: a ring around what is wrong, a dashed line for what was probably meant or for
// how somebody else left it.
import type { Geometry } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { colour } from "../map/colours";

const NAME = "told";

export function tell(map: MapLibre, where: [number, number] | null, meant: Geometry | null): void {
  const geometries: Geometry[] = [...(where ? [{ type: "Point" as const, coordinates: where }] : [])];
  if (meant) geometries.push(meant);
  const data = { type: "GeometryCollection" as const, geometries };
  const source = map.getSource<GeoJSONSource>(NAME);
  if (source) {
    source.setData(data);
    return;
  }
  map.addSource(NAME, { type: "geojson", data });
  map.addLayer({
    id: `${NAME}-line`,
    type: "line",
    source: NAME,
    filter: ["!=", ["geometry-type"], "Point"],
    paint: { "line-color": colour("ink"), "line-width": 3, "line-dasharray": [2, 2] },
  });
  map.addLayer({
    id: `${NAME}-ring`,
    type: "circle",
    source: NAME,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 16,
      "circle-color": colour("bad"),
      "circle-opacity": 0.15,
      "circle-stroke-color": colour("bad"),
      "circle-stroke-width": 4,
    },
  });
}
