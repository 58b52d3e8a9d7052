// The map beside a table of its elements: what is ticked or pointed at in one is marked in the other.
import { type LngLatLike, type Map as MapLibre, Popup } from "maplibre-gl";
import { json, type Position, position } from "../attributes";
import { calm, colour } from "./colours";
import { linksTo, startDrawn } from "./curated";
import type { Stage } from "./stage";
import { keepView } from "./view";

/** From here on a single element is told from its neighbours. */
const CLOSE = 14;
const MARKS = ["marked-line", "marked-point"];

export function startTable(stage: Stage): void {
  const { map, element } = stage;
  const parts = startDrawn(stage);
  const table = document.querySelector<HTMLTableElement>("table[data-elements]");
  addMarks(map);
  const isKept = keepView(map);
  if (!table) return;
  const mark = (): void => markOnMap(map, table);
  table.addEventListener("change", mark);
  document.addEventListener("ticks-changed", mark);
  table.addEventListener("click", (event) => {
    const clicked = event.target as Element;
    const row = clicked.closest<HTMLTableRowElement>("tr[data-element]");
    if (row && !clicked.closest("a, label, input, button")) show(map, table, row, event);
  });
  table.addEventListener("focusin", (event) => {
    const row = (event.target as Element).closest<HTMLTableRowElement>("tr[data-element]");
    if (row) markRow(map, table, row);
  });
  map.on("click", (event) => {
    const found = map.queryRenderedFeatures(event.point, { layers: parts });
    const row = found.map((one) => rowOf(table, one.id)).find(Boolean);
    if (row) {
      markRow(map, table, row);
      row.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
      return;
    }
    const links = linksTo(found, element.dataset.chooseAddress ?? "", false);
    if (links)
      new Popup({ closeButton: false, maxWidth: "280px" }).setLngLat(event.lngLat).setDOMContent(links).addTo(map);
  });
  const chosen = table.querySelector<HTMLTableRowElement>("tr[data-marked]");
  // Whoever comes back to a view sees it as it was; else the row that is chosen comes in sight.
  if (chosen && !isKept) show(map, table, chosen);
  else mark();
}

/** Mark a row and its element, and bring that in sight; the address follows where somebody's click asked for it. */
function show(map: MapLibre, table: HTMLTableElement, row: HTMLTableRowElement, originalEvent?: Event): void {
  markRow(map, table, row);
  const middle = middleOf(row);
  if (!middle) return;
  const zoom = Math.max(map.getZoom(), CLOSE);
  map.easeTo({ center: middle as LngLatLike, zoom, duration: calm() ? 0 : 400 }, { originalEvent });
}

function markRow(map: MapLibre, table: HTMLTableElement, row: HTMLTableRowElement): void {
  for (const other of table.querySelectorAll("tr[data-marked]")) {
    other.removeAttribute("data-marked");
    other.removeAttribute("aria-current");
  }
  row.setAttribute("data-marked", "");
  row.setAttribute("aria-current", "true");
  markOnMap(map, table);
}

/** A ring around every element whose row is ticked, and around the one that is marked. */
function markOnMap(map: MapLibre, table: HTMLTableElement): void {
  const rows = table.querySelectorAll<HTMLElement>("tr[data-marked], tr:has(input[name=row]:checked)");
  const ids = [...rows].map((row) => Number(row.dataset.element));
  const among: ["in", ["id"], ["literal", number[]]] = ["in", ["id"], ["literal", ids]];
  map.setFilter("marked-line", ["all", ["!=", ["geometry-type"], "Point"], among]);
  map.setFilter("marked-point", ["all", ["==", ["geometry-type"], "Point"], among]);
}

function addMarks(map: MapLibre): void {
  const [layer] = json<{ id: number }[]>("drawn-layers") ?? [];
  if (!layer) return;
  const from = { source: `layer-${layer.id}`, "source-layer": "elements" } as const;
  const [line, point] = MARKS as [string, string];
  map.addLayer({
    id: line,
    type: "line",
    ...from,
    filter: ["==", ["id"], -1],
    paint: { "line-color": colour("ink"), "line-width": 5, "line-opacity": 0.75 },
  });
  map.addLayer({
    id: point,
    type: "circle",
    ...from,
    filter: ["==", ["id"], -1],
    paint: {
      "circle-radius": 13,
      "circle-opacity": 0,
      "circle-stroke-color": colour("ink"),
      "circle-stroke-width": 3,
    },
  });
}

function rowOf(table: HTMLTableElement, id: string | number | undefined): HTMLTableRowElement | null {
  return table.querySelector<HTMLTableRowElement>(`tr[data-element="${id}"]`);
}

function middleOf(row: HTMLTableRowElement): Position | null {
  const [lon, lat] = (row.dataset.middle ?? "").split(",");
  return position(lon, lat);
}
