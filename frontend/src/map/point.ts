import type { Stage } from "./element";
import { circle, lay } from "./shapes";

/** Half the diagonal of the 500 m cell that a blurred location stands for. */
const BLUR_RADIUS_M = 354;

/** One listing: its sign, or a circle where only the neighbourhood is told. */
export function startPoint({ map, settings, element }: Stage): void {
  if (!settings.point) return;
  if (element.dataset["precision"] === "blurred") {
    lay(map, "around", circle(settings.point, BLUR_RADIUS_M), { tint: 0.2 });
    return;
  }
  map.addSource("here", { type: "geojson", data: { type: "Point", coordinates: settings.point } });
  map.addLayer({
    id: "here",
    type: "symbol",
    source: "here",
    layout: { "icon-image": `sign-${element.dataset["kind"] ?? "supply"}`, "icon-size": 1.2, "icon-allow-overlap": true },
  });
}
