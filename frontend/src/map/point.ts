import { number } from "../attributes";
import { circle, lay } from "./shapes";
import type { Stage } from "./stage";

/** One listing: its sign, or a circle where only the neighbourhood is told. */
export function startPoint({ map, settings, element }: Stage): void {
  if (!settings.point) return;
  const cellM = number(element.dataset.cellM);
  if (cellM !== null) {
    // The circle goes through the corners of the cell that the location stands for.
    lay(map, "around", circle(settings.point, cellM / Math.SQRT2), { tint: 0.2 });
    return;
  }
  map.addSource("here", { type: "geojson", data: { type: "Point", coordinates: settings.point } });
  map.addLayer({
    id: "here",
    type: "symbol",
    source: "here",
    layout: {
      "icon-image": `sign-${element.dataset.kind ?? "supply"}`,
      "icon-size": 1.2,
      "icon-allow-overlap": true,
    },
  });
}
