// What a map shows now, in the page's address and in what is made of it: "#kaart=12.4/51.0500/3.7200".
import type { Map as MapLibre } from "maplibre-gl";

interface View {
  center: [number, number];
  zoom: number;
}

const WRITTEN = /^#kaart=(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/;

/** Go to the view that the address names, and keep the address in step from there on. Says whether it named one. */
export function keepView(map: MapLibre): boolean {
  const view = sharedView();
  if (view) map.jumpTo(view);
  shareView(map);
  return view !== null;
}

/** The view that the address names; null where it names none, or one that nobody wrote so. */
function sharedView(): View | null {
  const found = WRITTEN.exec(location.hash);
  if (!found) return null;
  const [zoom, lat, lon] = found.slice(1).map(Number) as [number, number, number];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { center: [lon, lat], zoom } : null;
}

/** Keeps the address in step once somebody moves the map; what prints or embeds it takes what shows. */
function shareView(map: MapLibre): void {
  const told = (moved: boolean): void => {
    const { lat, lng } = map.getCenter();
    const hash = `#kaart=${map.getZoom().toFixed(1)}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
    const box = map
      .getBounds()
      .toArray()
      .flat()
      .map((degrees) => degrees.toFixed(5))
      .join(",");
    for (const field of document.querySelectorAll<HTMLInputElement>("[data-map-box]")) field.value = box;
    if (!moved) return;
    history.replaceState(history.state, "", hash);
    for (const field of document.querySelectorAll<HTMLTextAreaElement>("[data-embed]"))
      field.value = field.value.replace(/src="([^"#]*)(#[^"]*)?"/, `src="$1${hash}"`);
  };
  told(false);
  map.on("moveend", (event) => told(event.originalEvent !== undefined));
}
