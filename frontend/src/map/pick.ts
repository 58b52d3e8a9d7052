// Setting a point: drag the pin, click the map, or move it with the arrow keys. It goes where a chosen place or site sends
// it; the fields of the form hold it.
import { Marker } from "maplibre-gl";
import { calm } from "./colours";
import type { Stage } from "./element";
import { place, placedPoint, type Point } from "../behaviour/placing";
import { FLANDERS } from "./settings";

const STEP_PX = 8;
/** Our own tiles have names of places and nothing smaller: nearer than this the pin would stand on bare land. */
const NEAR_ZOOM = { own: 11, basemap: 13 };
const DRAWING =
  '<svg viewBox="0 0 36 44" aria-hidden="true"><path d="M18 43S3 27 3 16.500a15 15 0 1 1 30 0C33 27 18 43 18 43z" ' +
  'fill="currentColor" stroke="#fff" stroke-width="2"/><circle cx="18" cy="16.500" r="5.500" fill="#fff"/></svg>';

export function startPick(stage: Stage): void {
  const { map, element, settings } = stage;
  const pin = document.createElement("button");
  pin.type = "button";
  pin.className = "pin";
  pin.innerHTML = DRAWING;
  pin.setAttribute("aria-label", settings.words["pin"] ?? "");
  const marker = new Marker({ element: pin, anchor: "bottom", draggable: true });
  let placed = false;

  const show = (point: Point): void => {
    marker.setLngLat(point);
    if (!placed) marker.addTo(map);
    placed = true;
  };
  const put = (lon: number, lat: number): void => {
    show([lon, lat]);
    place(element, [lon, lat], true);
  };

  const near = settings.basemap ? NEAR_ZOOM.basemap : NEAR_ZOOM.own;
  const point = placedPoint(element);
  if (point) {
    show(point);
    map.jumpTo({ center: point, zoom: near });
  } else {
    map.fitBounds(FLANDERS, { padding: 8, duration: 0 });
  }
  element.addEventListener("placed", () => {
    const chosen = placedPoint(element);
    if (!chosen) return;
    show(chosen);
    map.easeTo({ center: chosen, zoom: Math.max(map.getZoom(), near), duration: calm() ? 0 : 500 });
  });

  map.on("click", (event) => put(event.lngLat.lng, event.lngLat.lat));
  marker.on("dragend", () => {
    const at = marker.getLngLat();
    put(at.lng, at.lat);
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
    put(to.lng, to.lat);
  });

  // Who uses the keyboard only gets a pin in the middle by Enter on the map.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const middle = map.getCenter();
    put(middle.lng, middle.lat);
    pin.focus();
  });
}
