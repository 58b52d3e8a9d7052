import type { Map as MapLibre } from "maplibre-gl";
import type { Settings } from "./settings";

/** What every mode of the map works with: its element, the map in it, and what the element says. */
export interface Stage {
  element: HTMLElement;
  map: MapLibre;
  settings: Settings;
}
