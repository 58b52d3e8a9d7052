// What modes do with layers of the style.
import type { Map as MapLibre } from "maplibre-gl";
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
