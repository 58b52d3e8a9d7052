// The map of the search page. It reads what to show from #results, which the server draws anew for every search, and
// tells the page where someone moved it; the page then asks for the list of that box.
import type { MapMouseEvent, VectorTileSource } from "maplibre-gl";
import { box, number, type Position, position } from "../attributes";
import { calm } from "./colours";
import { lightHubs, pointAt, ringCluster, ringListing } from "./layers";
import { boundsOf, circle, clear, lay, line } from "./shapes";
import type { Stage } from "./stage";
import { listingTiles } from "./style";
import { propertiesOf } from "./tiles";

export function startSearchMap(stage: Stage): void {
  const { map, element } = stage;
  let timer = 0;
  map.on("moveend", (event) => {
    if (!("originalEvent" in event) || !event.originalEvent) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => tellMoved(stage), 250);
  });
  map.on("click", "cluster", (event) => {
    const at = event.features?.[0];
    if (at?.geometry.type !== "Point") return;
    const center = at.geometry.coordinates as Position;
    map.easeTo(
      { center, zoom: map.getZoom() + 2, duration: calm() ? 0 : 400 },
      { originalEvent: event.originalEvent },
    );
  });
  map.on("click", "listing", (event) => {
    const [listing] = propertiesOf<"listings">(event.features);
    if (listing?.id) void showCard(stage, listing.id);
  });
  map.on("click", (event: MapMouseEvent) => {
    if (!map.queryRenderedFeatures(event.point, { layers: ["listing"] }).length) closeCard(stage);
  });
  for (const layer of ["cluster", "listing"]) pointAt(map, layer);
  document.addEventListener("mouseover", (event) => light(stage, event.target));
  document.addEventListener("focusin", (event) => light(stage, event.target));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if ((event.target as Element).id === "results" || (event.target as Element).querySelector("#results"))
      follow(stage);
  });
  element.dataset.tilesQuery = element.dataset.query ?? "";
  follow(stage);
}

/** Draw what the results say: the tiles of their filters, their circle or hub, and their area if it is new. */
function follow(stage: Stage): void {
  const { map, element, settings } = stage;
  const results = document.getElementById("results");
  if (!results) return;
  const query = results.dataset.query ?? "";
  if (query !== element.dataset.tilesQuery) {
    element.dataset.tilesQuery = query;
    (map.getSource("listings") as VectorTileSource).setTiles([listingTiles(settings, query)]);
    closeCard(stage);
  }
  const { lat, lon, toLat, toLon, hub } = results.dataset;
  const start = position(lon, lat);
  const radiusKm = number(results.dataset.radiusKm);
  const around = start && radiusKm !== null ? circle(start, radiusKm * 1000) : null;
  if (around) lay(map, "around", around, { dashed: true });
  else clear(map, "around");
  const end = position(toLon, toLat);
  if (start && end) lay(map, "route", line([start, end]), { dashed: true });
  else clear(map, "route");
  lightHubs(map, hub ? [hub] : []);
  const fit = results.dataset.fit ?? "";
  if (fit && fit !== element.dataset.fitted) {
    element.dataset.fitted = fit;
    const bounds = box(fit) ?? boundsOf(around ? [around] : []);
    if (bounds) map.fitBounds(bounds, { padding: 24, duration: calm() ? 0 : 500 });
  }
}

function tellMoved({ map, element }: Stage): void {
  const bounds = map.getBounds();
  const corners = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  delete element.dataset.fitted;
  const bbox = corners.map((value) => value.toFixed(4)).join(",");
  document.dispatchEvent(new CustomEvent("map-moved", { detail: { bbox } }));
}

function light({ map, element }: Stage, target: EventTarget | null): void {
  if (!(target instanceof Element)) return;
  const card = target.closest<HTMLElement>("[data-listing]");
  const id = number(card?.dataset.listing);
  if (String(id) === element.dataset.lit) return;
  element.dataset.lit = String(id);
  ringListing(map, id);
  ringCluster(map, position(card?.dataset.lon, card?.dataset.lat));
}

async function showCard(stage: Stage, id: number): Promise<void> {
  const address = (stage.element.dataset.card ?? "").replace("/0/", `/${id}/`);
  const response = await fetch(address);
  if (!response.ok) return;
  closeCard(stage);
  const card = document.createElement("div");
  card.className = "mapcard";
  card.innerHTML = await response.text();
  stage.element.append(card);
  card.querySelector("button")?.addEventListener("click", () => closeCard(stage));
  ringListing(stage.map, id);
}

function closeCard({ element }: Stage): void {
  element.querySelector(".mapcard")?.remove();
}
