import { Popup } from "maplibre-gl";
import { ask } from "../api/ask";
import { calm } from "./colours";
import { lightHubs, pointAt } from "./layers";
import { boundsOf } from "./shapes";
import type { Stage } from "./stage";
import { propertiesOf } from "./tiles";

/** One hub's regions, lit up and fitted; its listings come with the tiles. */
export function startRegion({ map, element }: Stage): void {
  const slug = element.dataset.hub ?? "";
  lightHubs(map, [slug]);
  void fit(element.dataset.region ?? "");

  async function fit(address: string): Promise<void> {
    const regions = await ask<"/api/v1/hubs/{slug}/region/">(address);
    const bounds = boundsOf((regions?.features ?? []).flatMap(({ geometry }) => (geometry ? [geometry] : [])));
    if (bounds) map.fitBounds(bounds, { padding: 24, duration: 0 });
  }
}

/** All hubs: a click names those that work there, each with a link. */
export function startRegions({ map, element }: Stage): void {
  pointAt(map, "hub-fill");
  map.on("click", "hub-fill", (event) => {
    const hubs = new Map<string, string>();
    for (const { slug, name } of propertiesOf<"hubs">(event.features)) hubs.set(slug, name);
    const content = document.createElement("div");
    content.className = "mappopup";
    for (const [slug, name] of hubs) {
      const link = document.createElement("a");
      link.href = (element.dataset.hubAddress ?? "").replace("SLUG", slug);
      link.textContent = name;
      content.append(link);
    }
    new Popup({ closeButton: false, maxWidth: "280px" }).setLngLat(event.lngLat).setDOMContent(content).addTo(map);
    lightHubs(map, [...hubs.keys()]);
    if (!calm()) map.panTo(event.lngLat, { duration: 300 });
  });
}
