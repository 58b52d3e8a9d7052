import type { Feature } from "geojson";
import { LngLatBounds } from "maplibre-gl";
import type { Position } from "../attributes";
import { colour } from "./colours";
import type { Stage } from "./stage";
import type { Kind } from "./tiles";

interface Stop {
  kind: Kind;
  lat: number;
  lon: number;
  label: string;
}

/** Stops on a line: a pair (two) or a chain through a service (three), from data-stops. */
export function startChain({ map, element }: Stage): void {
  const stops = JSON.parse(element.dataset.stops ?? "[]") as Stop[];
  if (!stops.length) return;
  const places = stops.map((stop): Position => [stop.lon, stop.lat]);
  const line: Feature = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: places } };
  const points = stops.map(
    (stop): Feature => ({
      type: "Feature",
      properties: { kind: stop.kind, label: stop.label },
      geometry: { type: "Point", coordinates: [stop.lon, stop.lat] },
    }),
  );
  map.addSource("chain", { type: "geojson", data: { type: "FeatureCollection", features: [line, ...points] } });
  map.addLayer({
    id: "chain-line",
    type: "line",
    source: "chain",
    filter: ["==", ["geometry-type"], "LineString"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour("ink"), "line-width": 2.5, "line-dasharray": [2, 1.5] },
  });
  map.addLayer({
    id: "chain-stops",
    type: "symbol",
    source: "chain",
    filter: ["==", ["geometry-type"], "Point"],
    layout: {
      "icon-image": ["concat", "sign-", ["get", "kind"]],
      "icon-allow-overlap": true,
      "text-field": ["get", "label"],
      "text-font": ["IBM Plex Sans", "sans-serif"],
      "text-size": 13,
      "text-anchor": "top",
      "text-offset": [0, 1.1],
      "text-optional": true,
    },
    paint: { "text-color": colour("ink"), "text-halo-color": colour("map-halo"), "text-halo-width": 2 },
  });
  const bounds = places.reduce((box, place) => box.extend(place), new LngLatBounds(places[0], places[0]));
  map.fitBounds(bounds, { padding: 56, maxZoom: 12, duration: 0 });
}
