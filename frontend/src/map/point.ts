import type { Stage } from "./element";
import { circle, lay } from "./shapes";

/** One listing: its sign, or a circle where only the neighbourhood is told. */
export function startPoint({ map, settings, element }: Stage): void {
  if (!settings.point) return;
  if (element.dataset["precision"] === "blurred") {
    // Half the diagonal of the cell that a blurred location stands for.
    const radiusM = Number(element.dataset["cell"]) * Math.SQRT1_2;
    lay(map, "around", circle(settings.point, radiusM), { tint: 0.2 });
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
