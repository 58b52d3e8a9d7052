// Layers of the map as tiles: which show, which element is left out while it is in hand, and reading them anew.
import type { FilterSpecification, Map as MapLibre } from "maplibre-gl";

export class Tiles {
  private readonly filters = new Map<string, FilterSpecification | undefined>();

  constructor(private readonly map: MapLibre) {
    for (const layer of map.getStyle().layers) {
      if (!("source" in layer) || !/^layer-\d+$/.test(layer.source)) continue;
      this.filters.set(layer.id, "filter" in layer ? (layer.filter as FilterSpecification) : undefined);
    }
  }

  /** Leave one element out; none for null. */
  leaveOut(id: number | null): void {
    for (const [name, filter] of this.filters) {
      const others = ["!=", ["id"], id] as FilterSpecification;
      const left = filter ? (["all", filter, others] as FilterSpecification) : others;
      this.map.setFilter(name, id === null ? filter : left);
    }
  }

  show(layerId: number, isShown: boolean): void {
    for (const name of this.filters.keys()) {
      if (name.startsWith(`layer-${layerId}-`)) {
        this.map.setLayoutProperty(name, "visibility", isShown ? "visible" : "none");
      }
    }
  }

  /** Read a layer anew: what was saved is there at once. */
  refresh(layerId: number): void {
    const name = `layer-${layerId}`;
    if (this.map.getSource(name)) this.map.refreshTiles(name);
  }

  /** Elements at a pixel, each once, the layers that can be clicked from the top down. */
  at(point: { x: number; y: number }): { id: number; layerId: number; title: string }[] {
    const reach = 6;
    const found = this.map.queryRenderedFeatures(
      [
        [point.x - reach, point.y - reach],
        [point.x + reach, point.y + reach],
      ],
      { layers: [...this.filters.keys()].filter((name) => !/-(cluster|number)$/.test(name)) },
    );
    const rows = new Map<number, { id: number; layerId: number; title: string }>();
    for (const { id, source, properties } of found) {
      if (typeof id !== "number") continue;
      rows.set(id, { id, layerId: Number(source.slice("layer-".length)), title: String(properties.title ?? "") });
    }
    return [...rows.values()];
  }
}
