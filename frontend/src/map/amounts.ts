import type { Feature } from "geojson";
import { LngLatBounds } from "maplibre-gl";
import { box, json } from "../attributes";
import { colour } from "./colours";
import type { Stage } from "./stage";

interface Amount {
  name: string;
  count: number;
  lon: number;
  lat: number;
}

/** How many there are of something in each municipality: a circle at its middle with the number. */
export function startAmounts({ map, element }: Stage): void {
  const amounts = json<Amount[]>(element.dataset.amounts ?? "") ?? [];
  map.addSource("amounts", { type: "geojson", data: { type: "FeatureCollection", features: amounts.map(featureOf) } });
  map.addLayer({
    id: "amount",
    type: "circle",
    source: "amounts",
    paint: {
      "circle-color": colour("ink"),
      "circle-stroke-color": colour("paper"),
      "circle-stroke-width": 2,
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 11, 10, 20, 32, 28],
    },
  });
  map.addLayer({
    id: "amount-number",
    type: "symbol",
    source: "amounts",
    layout: {
      "text-field": ["to-string", ["get", "count"]],
      "text-font": ["IBM Plex Sans", "sans-serif"],
      "text-size": 12,
      "text-allow-overlap": true,
      "symbol-sort-key": ["-", 0, ["get", "count"]],
    },
    paint: { "text-color": colour("paper") },
  });
  const around = new LngLatBounds();
  for (const { lon, lat } of amounts) around.extend([lon, lat]);
  const bounds = box(element.dataset.bounds);
  if (bounds) around.extend(new LngLatBounds(bounds));
  if (!around.isEmpty()) map.fitBounds(around, { padding: 32, maxZoom: 11, duration: 0 });
}

function featureOf({ name, count, lon, lat }: Amount): Feature {
  return { type: "Feature", properties: { name, count }, geometry: { type: "Point", coordinates: [lon, lat] } };
}
