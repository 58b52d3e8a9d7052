// The point of a form: two fields that data-lat-field and data-lon-field of its map name. They follow a chosen site or
// place at once, whether the map is there yet or not.
import { type Position, position } from "../attributes";

/** The point that the fields hold. */
export function placedPoint(element: HTMLElement): Position | null {
  return position(field(element, "lonField")?.value, field(element, "latField")?.value);
}

/** Write a point into the fields; `tell` the form, which then saves. */
export function place(element: HTMLElement, [lon, lat]: Position, tell: boolean): void {
  const latField = field(element, "latField");
  const lonField = field(element, "lonField");
  if (!latField || !lonField) return;
  latField.value = lat.toFixed(6);
  lonField.value = lon.toFixed(6);
  if (tell) latField.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A site or a place that is chosen in the form sets the point; "placed" then reaches the map's element. */
export function startPlacing(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("werkstof-map[data-mode=pick]")) followChoices(element);
}

function followChoices(element: HTMLElement): void {
  const form = element.closest("form");
  const choose = (lat: string | undefined, lon: string | undefined, tell: boolean): void => {
    const point = position(lon, lat);
    if (!point) return;
    place(element, point, tell);
    element.dispatchEvent(new CustomEvent("placed"));
  };
  // A new form has a site chosen, and no point yet.
  if (!placedPoint(element)) {
    const site = form?.querySelector<HTMLOptionElement>("option[data-lat]:checked");
    choose(site?.dataset.lat, site?.dataset.lon, false);
  }
  form?.addEventListener("chosen", (event) => {
    const row = event.target as HTMLElement;
    const filled = (name: string) => row.querySelector<HTMLInputElement>(`[data-fill=${name}]`)?.value;
    choose(filled("lat"), filled("lon"), true);
  });
  form?.addEventListener("change", (event) => {
    const chosen = (event.target as HTMLSelectElement).selectedOptions?.[0];
    choose(chosen?.dataset.lat, chosen?.dataset.lon, false);
  });
}

function field(element: HTMLElement, name: string): HTMLInputElement | null {
  const found = document.getElementById(element.dataset[name] ?? "");
  return found instanceof HTMLInputElement ? found : null;
}
