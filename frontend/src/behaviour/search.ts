// The search page: list and map in step, through the address. On a phone the map is a sheet over the list.
import htmx from "htmx.org";

export function startSearch(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-map]");
    if (button) showMap(button.dataset["map"] === "open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.documentElement.classList.contains("map-open")) showMap(false);
  });
  document.addEventListener("map-moved", (event) => {
    listOf((event as CustomEvent<{ bbox: string }>).detail.bbox);
  });
  // A choice made by hand ends the box that the map had set.
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("#search");
    if (!form) return;
    const name = (event.target as HTMLInputElement).name;
    const box = form.elements.namedItem("bbox");
    if (box instanceof HTMLInputElement && ["place", "radius_km", "hub"].includes(name)) box.value = "";
  });
}

function showMap(open: boolean): void {
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
  history.replaceState({ htmx: true }, "", address);
  void htmx.ajax("get", address.pathname + address.search, { target: "#results", swap: "outerHTML" });
}
