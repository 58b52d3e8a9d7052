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
    if ((event.target as Element).id !== "facets") count();
  });
  keepChoice();
  count();
}

/** Options with fresh counts come into the list of conditions; what is chosen there stays chosen. */
function keepChoice(): void {
  const condition = document.querySelector<HTMLSelectElement>("#condition");
  let chosen = "";
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (condition && event.detail.target === condition) chosen = condition.value;
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (condition && event.detail.target === condition) condition.value = chosen;
  });
}
