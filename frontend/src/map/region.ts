import { Popup } from "maplibre-gl";
import { calm } from "./colours";
import type { Stage } from "./element";
import { boundsOf } from "./shapes";

/** One hub's regions, lit up and fitted; its listings come with the tiles. */
export function startRegion({ map, element }: Stage): void {
  const slug = element.dataset["hub"] ?? "";
  for (const layer of ["hub-chosen", "hub-chosen-line"]) map.setFilter(layer, ["==", ["get", "slug"], slug]);
  void fit(element.dataset["region"] ?? "");

  async function fit(address: string): Promise<void> {
    const response = await fetch(address);
    if (!response.ok) return;
    const bounds = boundsOf(await response.json());
    if (bounds) map.fitBounds(bounds, { padding: 24, duration: 0 });
  }
}

/** All hubs: a click names those that work there, each with a link. */
export function startRegions({ map, element }: Stage): void {
  map.on("mousemove", "hub-fill", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "hub-fill", () => (map.getCanvas().style.cursor = ""));
  map.on("click", "hub-fill", (event) => {
    const hubs = new Map<string, string>();
    for (const feature of event.features ?? []) {
      hubs.set(String(feature.properties["slug"]), String(feature.properties["name"]));
    }
    const content = document.createElement("div");
    content.className = "mappopup";
    for (const [slug, name] of hubs) {
      const link = document.createElement("a");
      link.href = (element.dataset["hubAddress"] ?? "").replace("SLUG", slug);
      link.textContent = name;
      content.append(link);
    }
    new Popup({ closeButton: false, maxWidth: "280px" }).setLngLat(event.lngLat).setDOMContent(content).addTo(map);
    for (const layer of ["hub-chosen", "hub-chosen-line"]) {
      map.setFilter(layer, ["in", ["get", "slug"], ["literal", [...hubs.keys()]]]);
    }
    if (!calm()) map.panTo(event.lngLat, { duration: 300 });
  });
}
