// Setting a point: drag the pin, click the map, or move it with the arrow keys. It writes the fields that data-lat-field
// and data-lon-field name, and goes where a chosen place or site sends it.
import { Marker } from "maplibre-gl";
import { calm } from "./colours";
import type { Stage } from "./element";
import { FLANDERS, number } from "./settings";

const STEP_PX = 8;
/** Our own tiles have names of places and nothing smaller: nearer than this the pin would stand on bare land. */
const NEAR_ZOOM = { own: 11, basemap: 13 };
const DRAWING =
  '<svg viewBox="0 0 36 44" aria-hidden="true"><path d="M18 43S3 27 3 16.500a15 15 0 1 1 30 0C33 27 18 43 18 43z" ' +
  'fill="currentColor" stroke="#fff" stroke-width="2"/><circle cx="18" cy="16.500" r="5.500" fill="#fff"/></svg>';

export function startPick(stage: Stage): void {
  const { map, element, settings } = stage;
  const latField = field(element.dataset["latField"]);
  const lonField = field(element.dataset["lonField"]);
  if (!latField || !lonField) return;
  const pin = document.createElement("button");
  pin.type = "button";
  pin.className = "pin";
  pin.innerHTML = DRAWING;
  pin.setAttribute("aria-label", settings.words["pin"] ?? "");
  const marker = new Marker({ element: pin, anchor: "bottom", draggable: true });
  let placed = false;

  const put = (lon: number, lat: number, tell: boolean): void => {
    marker.setLngLat([lon, lat]);
    if (!placed) marker.addTo(map);
    placed = true;
    latField.value = lat.toFixed(6);
    lonField.value = lon.toFixed(6);
    if (tell) latField.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const near = settings.basemap ? NEAR_ZOOM.basemap : NEAR_ZOOM.own;
  const goTo = (lon: number, lat: number): void => {
    map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), near), duration: calm() ? 0 : 500 });
  };

  const lat = number(latField.value);
  const lon = number(lonField.value);
  if (lat !== null && lon !== null) {
    put(lon, lat, false);
    map.jumpTo({ center: [lon, lat], zoom: near });
  } else {
    map.fitBounds(FLANDERS, { padding: 8, duration: 0 });
  }

  map.on("click", (event) => put(event.lngLat.lng, event.lngLat.lat, true));
  marker.on("dragend", () => {
    const at = marker.getLngLat();
    put(at.lng, at.lat, true);
  });
  pin.addEventListener("click", (event) => event.stopPropagation());
  pin.addEventListener("keydown", (event) => {
    const steps: Record<string, [number, number]> = {
      ArrowUp: [0, -STEP_PX],
      ArrowDown: [0, STEP_PX],
      ArrowLeft: [-STEP_PX, 0],
      ArrowRight: [STEP_PX, 0],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = map.project(marker.getLngLat());
    const to = map.unproject([at.x + step[0], at.y + step[1]]);
    put(to.lng, to.lat, true);
  });

  // Who uses the keyboard only gets a pin in the middle by Enter on the map.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const middle = map.getCenter();
    put(middle.lng, middle.lat, true);
    pin.focus();
  });

  element.closest("form")?.addEventListener("chosen", (event) => {
    const combo = (event.target as HTMLElement).querySelector<HTMLElement>("[data-fill=lat]");
    if (!combo) return;
    const row = event.target as HTMLElement;
    const toLat = number(row.querySelector<HTMLInputElement>("[data-fill=lat]")?.value);
    const toLon = number(row.querySelector<HTMLInputElement>("[data-fill=lon]")?.value);
    if (toLat === null || toLon === null) return;
    put(toLon, toLat, true);
    goTo(toLon, toLat);
  });
  element.closest("form")?.addEventListener("change", (event) => {
    const chosen = (event.target as HTMLSelectElement).selectedOptions?.[0];
    const toLat = number(chosen?.dataset["lat"]);
    const toLon = number(chosen?.dataset["lon"]);
    if (toLat === null || toLon === null) return;
    put(toLon, toLat, false);
    goTo(toLon, toLat);
  });
}

function field(id: string | undefined): HTMLInputElement | null {
  const found = document.getElementById(id ?? "");
  return found instanceof HTMLInputElement ? found : null;
}
