import type { Feature } from "geojson";
import { LngLatBounds } from "maplibre-gl";
import { json, type Position } from "../attributes";
import { colour } from "./colours";
import type { Stage } from "./stage";
import type { Kind } from "./tiles";

interface Flow {
  number: number;
  mass_kg: number;
  stops: { kind: Kind; lon: number; lat: number }[];
}

const THINNEST_PX = 1.5;
const THICKEST_PX = 9;

/** A plan: a line for each trip, as thick as its mass is large (by its square root), with the number of its row. */
export function startFlows({ map, element }: Stage): void {
  const flows = json<Flow[]>(element.dataset.flows ?? "") ?? [];
  if (!flows.length) return;
  const heaviest = Math.max(...flows.map((flow) => flow.mass_kg), 1);
  const features = flows.flatMap((flow) => featuresOf(flow, heaviest));
  map.addSource("flows", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "flow-lines",
    type: "line",
    source: "flows",
    filter: ["==", ["geometry-type"], "LineString"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour("ink"), "line-width": ["get", "width"], "line-opacity": 0.55 },
  });
  map.addLayer({
    id: "flow-stops",
    type: "symbol",
    source: "flows",
    filter: ["==", ["geometry-type"], "Point"],
    layout: { "icon-image": ["concat", "sign-", ["get", "kind"]], "icon-size": 0.6, "icon-allow-overlap": true },
  });
  map.addLayer({
    id: "flow-numbers",
    type: "symbol",
    source: "flows",
    filter: ["==", ["geometry-type"], "LineString"],
    layout: {
      "symbol-placement": "line-center",
      "symbol-sort-key": ["get", "number"],
      "text-field": ["to-string", ["get", "number"]],
      "text-font": ["IBM Plex Sans", "sans-serif"],
      "text-size": 13,
      "text-rotation-alignment": "viewport",
    },
    paint: { "text-color": colour("ink"), "text-halo-color": colour("map-halo"), "text-halo-width": 2 },
  });
  const bounds = new LngLatBounds();
  for (const flow of flows) for (const stop of flow.stops) bounds.extend([stop.lon, stop.lat]);
  map.fitBounds(bounds, { padding: 40, maxZoom: 12, duration: 0 });
}

function featuresOf(flow: Flow, heaviest: number): Feature[] {
  const width = THINNEST_PX + (THICKEST_PX - THINNEST_PX) * Math.sqrt(flow.mass_kg / heaviest);
  const coordinates = flow.stops.map((stop): Position => [stop.lon, stop.lat]);
  return [
    { type: "Feature", properties: { number: flow.number, width }, geometry: { type: "LineString", coordinates } },
    ...flow.stops.map(
      (stop): Feature => ({
        type: "Feature",
        properties: { kind: stop.kind },
        geometry: { type: "Point", coordinates: [stop.lon, stop.lat] },
      }),
    ),
  ];
}
