// The search page: list and map in step, through the address. What an address means is the server's to say: it drops what
// asks nothing, and writes in data attributes what one choice means for another. On a phone the map is a sheet.
import htmx from "htmx.org";
import { startCounting } from "./counting";
import { startFolding } from "./folding";
import { drawMap, isMapOpen, showMap } from "./mapsheet";
import { showToast } from "./toasts";

export function startSearch(): void {
  document.addEventListener("click", (event) => {
    const element = event.target as Element;
    const button = element.closest<HTMLElement>("[data-map]");
    if (button) showMap(button.dataset.map === "open");
    // A choice made in the list is the form's too.
    const chip = element.closest<HTMLElement>("[data-field]");
    if (chip) write(chip.dataset.field ?? "", chip.dataset.value ?? "");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.documentElement.classList.contains("map-open")) showMap(false);
  });
  window.addEventListener("popstate", (event) => drawMap(isMapOpen(event.state)));
  document.addEventListener("map-moved", (event) => listOf(event.detail.bbox));
  document.body.addEventListener("htmx:configRequest", ({ detail: { elt, formData, triggeringEvent } }) => {
    if (elt === form()) leaveOutUnfinished(formData, triggeringEvent);
  });
  document.addEventListener("change", (event) => {
    const changed = event.target as HTMLInputElement | HTMLSelectElement;
    if (!form()?.contains(changed)) return;
    for (const name of (changed.dataset.ends ?? "").split(" ")) write(name, "");
    sayWhatBounds(changed.name);
  });
  // A place chosen from the list and then wiped out, with Enter, changed nothing as browsers see it.
  document.addEventListener("submit", (event) => {
    if (event.target === form()) sayWhatBounds(radius()?.dataset.needs);
  });
  startLocating();
  startCounting();
  startFolding();
}

function form(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("#search");
}

function radius(): HTMLSelectElement | null {
  return document.querySelector<HTMLSelectElement>("#radius");
}

function field(name: string): HTMLInputElement | null {
  const found = form()?.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}

function write(name: string, value: string): void {
  const input = field(name);
  if (input) input.value = value;
}

/**
 * The radius also says what bounds the search in its place: an option with data-while="name" holds while that field is
 * filled. Without the field that a radius needs no distance counts; with it there is one.
 */
function sayWhatBounds(changed: string | undefined): void {
  const select = radius();
  // What is chosen there by hand stays, also before there is a place.
  if (!select || changed === select.name) return;
  const { needs = "", usual = "" } = select.dataset;
  const held = [...select.options].find(({ dataset }) => dataset.while && field(dataset.while)?.value);
  const none = select.querySelector<HTMLOptionElement>("[data-anywhere]");
  if (held) held.selected = true;
  else if (none && !field(needs)?.value && (changed === needs || !select.value)) none.selected = true;
  else if (!select.value) select.value = usual;
}

/** A choice made elsewhere asks nothing about the place that somebody is still typing. */
function leaveOutUnfinished(formData: FormData, cause?: Event): void {
  const typing = document.activeElement;
  if (!(typing instanceof HTMLInputElement) || cause?.type !== "change" || cause.target === typing) return;
  const point = typing.closest("[data-combo]")?.querySelector<HTMLInputElement>("[data-fill=lat]");
  if (point && !point.value) formData.delete(typing.name);
}

/** "My place": the browser's own position, only when asked for. */
function startLocating(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-locate]");
  const combo = button?.closest<HTMLElement>("[data-combo]");
  const typed = combo?.querySelector<HTMLInputElement>("input[type=search]");
  if (!button || !combo || !typed || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        typed.value = button.dataset.locate ?? "";
        const point = { lat: coords.latitude, lon: coords.longitude };
        for (const [part, degrees] of Object.entries(point)) {
          const filled = combo.querySelector<HTMLInputElement>(`[data-fill=${part}]`);
          if (filled) filled.value = degrees.toFixed(5);
        }
        typed.dispatchEvent(new Event("change", { bubbles: true }));
      },
      () => showToast(button.dataset.refused ?? ""),
      { timeout: 10_000, maximumAge: 300_000 },
    );
  });
}

/** Ask the list of what the map shows now. The point stays: distances count from it. */
function listOf(bbox: string): void {
  const { boxed } = document.getElementById("results")?.dataset ?? {};
  const box = form()?.querySelector<HTMLInputElement>("[data-box]");
  if (!boxed || !box) return;
  const address = `${location.pathname}?${boxed.replace("BBOX", encodeURIComponent(bbox))}`;
  // The search before is one step back; further moves of the map replace each other.
  const state = { htmx: true, map: isMapOpen(history.state) };
  if (box.value) history.replaceState(state, "", address);
  else history.pushState(state, "", address);
  box.value = bbox;
  sayWhatBounds(box.name);
  // By #list, which stays: a target named here is looked up at once, and a list that waits its turn then replaces
  // results that are gone by the time it comes.
  void htmx.ajax("get", address, { source: "#list" });
}
