import htmx from "htmx.org";

/** Counts beside the filters: asked for once the filters are in sight, and again after every search. */
export function startCounting(): void {
  const filters = document.querySelector<HTMLDetailsElement>("#filters");
  const room = document.getElementById("facets");
  if (!filters || !room) return;
  const count = (): void => {
    if (filters.open && room.dataset.counted !== location.search) {
      room.dataset.counted = location.search;
      void htmx.ajax("get", (room.dataset.source ?? "") + location.search, { target: "#facets", swap: "innerHTML" });
    }
  };
  filters.addEventListener("toggle", count);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if ((event.target as Element).id !== "facets") return count();
    // Options that move into a list one by one each take the choice along.
    const condition = document.querySelector<HTMLSelectElement>("#condition");
    if (condition) condition.value = condition.querySelector<HTMLOptionElement>("option[selected]")?.value ?? "";
  });
  count();
}
