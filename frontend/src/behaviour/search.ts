// The search page: list and map in step, through the address. On a phone the map is a sheet over the list.
import htmx from "htmx.org";
import { showToast } from "./toasts";

interface Asking {
  elt: Element;
  formData: FormData;
  triggeringEvent?: Event;
}

const ROUTE = ["to", "detour_km"];

export function startSearch(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-map]");
    if (button) showMap(button.dataset["map"] === "open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.documentElement.classList.contains("map-open")) showMap(false);
  });
  window.addEventListener("popstate", (event) => drawMap(Boolean(event.state?.map)));
  document.addEventListener("map-moved", (event) => {
    listOf((event as CustomEvent<{ bbox: string }>).detail.bbox);
  });
  // Empty fields and an unused unit say nothing: they stay out of the address.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, formData, triggeringEvent } = (event as CustomEvent<Asking>).detail;
    if (elt.id !== "search") return;
    leaveOutUnfinished(formData, triggeringEvent);
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
    if (!formData.has("min_quantity")) formData.delete("unit");
    if (!formData.has("lat") && !formData.has("place")) formData.delete("radius_km");
    if (formData.has("to")) formData.delete("radius_km");
    else formData.delete("detour_km");
  });
  // A choice made in the list is the form's too.
  document.addEventListener("click", (event) => {
    const chip = (event.target as Element).closest<HTMLElement>("[data-kind]");
    const kind = field("kind");
    if (chip && kind) kind.value = chip.dataset["kind"] ?? "";
  });
  startLocating();
  startCounting();
  followSubmit();
  // A choice made by hand ends the box that the map had set.
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("#search");
    if (!form) return;
    const name = (event.target as HTMLInputElement).name;
    const box = form.elements.namedItem("bbox");
    if (box instanceof HTMLInputElement && [...ROUTE, "place", "radius_km", "hub"].includes(name)) box.value = "";
    followRoute(form, name);
    if (name === "place") followPlace(form);
  });
}

/** A place chosen from the list and then wiped out, with Enter, changed nothing as browsers see it. */
function followSubmit(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.id === "search") followPlace(form);
  });
}

/** Without a place no distance counts; with one there is a radius, unless a route says how far. */
function followPlace(form: HTMLFormElement): void {
  const radius = form.querySelector<HTMLSelectElement>("#radius");
  const anywhere = radius?.querySelector<HTMLOptionElement>("[data-anywhere]");
  if (!radius || !anywhere || field("to")?.value || field("bbox")?.value) return;
  if (!field("place")?.value) anywhere.selected = true;
  else if (!radius.value) radius.value = radius.dataset["usual"] ?? "";
}

/** A choice made elsewhere asks nothing about the place that somebody is still typing. */
function leaveOutUnfinished(formData: FormData, cause?: Event): void {
  const typing = document.activeElement;
  if (!(typing instanceof HTMLInputElement) || cause?.type !== "change" || cause.target === typing) return;
  const point = { place: "lat", to: "to_lat" }[typing.name];
  if (point && !formData.get(point)) formData.delete(typing.name);
}

/** A destination stands in for the radius; a radius chosen after that ends the route. */
function followRoute(form: HTMLFormElement, name: string): void {
  const radius = form.querySelector<HTMLSelectElement>("#radius");
  const along = radius?.querySelector<HTMLOptionElement>("[data-along]");
  if (!radius || !along) return;
  if (name === "radius_km") {
    for (const part of ["to", "to_lat", "to_lon"]) {
      const input = field(part);
      if (input) input.value = "";
    }
  } else if (field("to")?.value) {
    along.selected = true;
  } else if (along.selected) {
    radius.value = radius.dataset["usual"] ?? "";
  }
}

function field(name: string): HTMLInputElement | null {
  const found = document.querySelector<HTMLFormElement>("#search")?.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}

/** Counts beside the filters: asked for once the filters are in sight, and again after every search. */
function startCounting(): void {
  const filters = document.querySelector<HTMLDetailsElement>("#filters");
  const room = document.getElementById("facets");
  if (!filters || !room) return;
  const count = (): void => {
    if (filters.open && room.dataset["counted"] !== location.search) {
      room.dataset["counted"] = location.search;
      void htmx.ajax("get", (room.dataset["source"] ?? "") + location.search, { target: "#facets", swap: "innerHTML" });
    }
  };
  filters.addEventListener("toggle", count);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if ((event.target as Element).id !== "facets") return count();
    // Options that move into a list one by one each take the choice along.
    const condition = document.querySelector<HTMLSelectElement>("#condition");
    if (condition) condition.value = new URLSearchParams(location.search).get("condition") ?? "";
  });
  count();
}

/** "My place": the browser's own position, only when asked for. */
function startLocating(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-locate]");
  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const values = { place: button.dataset["locate"] ?? "", lat: coords.latitude.toFixed(5), lon: coords.longitude.toFixed(5) };
        for (const [name, value] of Object.entries(values)) {
          const input = field(name);
          if (input) input.value = value;
        }
        field("place")?.dispatchEvent(new Event("change", { bubbles: true }));
      },
      () => showToast(button.dataset["refused"] ?? ""),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  });
}

/** On a phone the map is a sheet: going back closes it. */
function showMap(open: boolean): void {
  if (open) history.pushState({ ...history.state, map: true }, "");
  else if (history.state?.map) return history.back();
  drawMap(open);
}

function drawMap(open: boolean): void {
  document.documentElement.classList.toggle("map-open", open);
  document.querySelector<HTMLElement>(`[data-map="${open ? "close" : "open"}"]`)?.focus();
}

/** Ask the list of what the map shows now. The point stays: distances count from it. */
function listOf(bbox: string): void {
  const address = new URL(location.href);
  const query = address.searchParams;
  query.set("bbox", bbox);
  query.delete("radius_km");
  query.delete("cursor");
  // The search before is one step back; further moves of the map replace each other.
  const state = { htmx: true, map: history.state?.map ?? false };
  if (new URL(location.href).searchParams.has("bbox")) history.replaceState(state, "", address);
  else history.pushState(state, "", address);
  const radius = document.querySelector<HTMLSelectElement>("#radius");
  if (radius) radius.value = "";
  const box = field("bbox");
  if (box) box.value = bbox;
  void htmx.ajax("get", address.pathname + address.search, { target: "#results", swap: "outerHTML" });
}
