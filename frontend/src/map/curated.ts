// Layers of a material map: elements in their layer's colours, clusters with their number, and a link to each element.
import {
  type ExpressionSpecification,
  type LayerSpecification,
  type MapGeoJSONFeature,
  type Map as MapLibre,
  Popup,
} from "maplibre-gl";
import { box, json } from "../attributes";
import { colour } from "./colours";
import { addKinds, SIGN_LAYOUT, type SignLayout } from "./kinds";
import { pointAt } from "./layers";
import { colourOf, type Style } from "./paint";
import type { Stage } from "./stage";
import { get, has, propertiesOf } from "./tiles";
import { keepView } from "./view";

interface Drawn {
  id: number;
  title: string;
  tiles: string;
  style: Style;
}

/** What can be clicked of a layer: lines of every state, and signs, which are larger than a small area. */
const CLICKED = ["area", "line", "line-review", "line-draft", "area-sign", "line-sign", "point"];
const FONT = ["IBM Plex Sans", "sans-serif"];

/** Layers of the page's list, each from its own tiles; fitted to the box that the page names. Says what can be clicked. */
export function startDrawn({ map, element }: Stage): string[] {
  const drawn = json<Drawn[]>("drawn-layers") ?? [];
  // The first of the list lies on top: it comes last.
  const parts = [...drawn].reverse().flatMap((layer) => add(map, layer));
  for (const part of parts) pointAt(map, part);
  const bounds = box(element.dataset.bounds);
  if (bounds) map.fitBounds(bounds, { padding: 24, duration: 0 });
  return parts;
}

/** The same, where each element leads to its page. */
export function startCurated(stage: Stage): void {
  const { map, element } = stage;
  const parts = startDrawn(stage);
  map.on("click", (event) => {
    const links = linksTo(
      map.queryRenderedFeatures(event.point, { layers: parts }),
      element.dataset.elementAddress ?? "",
      element.dataset.links === "elsewhere",
    );
    if (links === null) return;
    new Popup({ closeButton: false, maxWidth: "280px" }).setLngLat(event.lngLat).setDOMContent(links).addTo(map);
  });
  keepView(map);
}

/** A link to each element under the pointer, once; null where there is none. A map in another page opens them in a window. */
export function linksTo(found: MapGeoJSONFeature[], address: string, elsewhere: boolean): HTMLElement | null {
  const titles = new Map(found.map((one) => [one.id, propertiesOf<"elements">([one])[0]?.title ?? ""]));
  const content = document.createElement("div");
  content.className = "mappopup";
  for (const [id, title] of titles) {
    if (id === undefined) continue;
    const link = document.createElement("a");
    link.href = address.replace("/0/", `/${id}/`).replace("kies=0", `kies=${id}`);
    link.textContent = title;
    if (elsewhere) {
      link.target = "_blank";
      link.rel = "noopener";
    }
    content.append(link);
  }
  return content.childElementCount > 0 ? content : null;
}

/** Add a layer's source and what is drawn of it; says which parts can be clicked. */
function add(map: MapLibre, layer: Drawn): string[] {
  const source = `layer-${layer.id}`;
  addKinds(map);
  map.addSource(source, { type: "vector", tiles: [`${location.origin}${layer.tiles}`], minzoom: 4, maxzoom: 16 });
  for (const spec of layersOf(source, colourOf(layer.style))) map.addLayer(spec);
  return CLICKED.map((part) => `${source}-${part}`);
}

/** A colour of which only a share shows. */
function faded(paint: ExpressionSpecification | string, share: ExpressionSpecification): ExpressionSpecification {
  const part = (at: number): ExpressionSpecification => ["at", at, ["var", "parts"]];
  return ["let", "parts", ["to-rgba", ["to-color", paint]], ["rgba", part(0), part(1), part(2), share]];
}

/** What is published is full; what is to be reviewed is dotted, a draft is dashed and hollow: not by colour alone. As dashes
 * say the state, the kind is said by its sign on lines and areas too: in the middle of an area, and along a line. */
function layersOf(source: string, paint: ExpressionSpecification | string): LayerSpecification[] {
  const from = { source, "source-layer": "elements" } as const;
  const state = get<"elements">("state");
  const many = get<"elements">("count");
  const one: ExpressionSpecification = ["!", has<"elements">("count")];
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
  const lines = (name: string, dashes: number[] | null): LayerSpecification => ({
    id: `${source}-line${name === "published" ? "" : `-${name}`}`,
    type: "line",
    ...from,
    filter: ["all", one, ["!", isPoint], ["==", state, name]],
    paint: { "line-color": paint, "line-width": 3, ...(dashes ? { "line-dasharray": dashes } : {}) },
  });
  const signs = (name: string, which: ExpressionSpecification, layout: SignLayout): LayerSpecification => ({
    id: `${source}-${name}`,
    type: "symbol",
    ...from,
    filter: ["all", one, which],
    layout,
    paint: {
      "icon-color": faded(paint, ["match", state, "published", 1, "review", 0.5, 0]),
      "icon-halo-color": ["match", state, "published", colour("paper"), paint],
      "icon-halo-width": 2,
    },
  });
  return [
    {
      id: `${source}-area`,
      type: "fill",
      ...from,
      filter: ["all", one, isArea],
      paint: { "fill-color": paint, "fill-opacity": ["match", state, "published", 0.35, 0.12] },
    },
    lines("published", null),
    lines("review", [0.5, 1.5]),
    lines("draft", [3, 2]),
    signs("area-sign", isArea, SIGN_LAYOUT.area),
    signs("line-sign", ["!", ["any", isArea, isPoint]], SIGN_LAYOUT.line),
    signs("point", isPoint, SIGN_LAYOUT.point),
    {
      id: `${source}-cluster`,
      type: "circle",
      ...from,
      filter: has<"elements">("count"),
      paint: {
        "circle-color": colour("ink"),
        "circle-stroke-color": colour("paper"),
        "circle-stroke-width": 2,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", many], 1, 8, 10, 16, 32, 24, 100, 32],
      },
    },
    {
      id: `${source}-number`,
      type: "symbol",
      ...from,
      filter: has<"elements">("count"),
      layout: {
        "text-field": ["concat", ["case", has<"elements">("approximate"), "±", ""], ["to-string", many]],
        "text-font": FONT,
        "text-size": 12,
        "text-allow-overlap": true,
      },
      paint: { "text-color": colour("paper") },
    },
  ];
}
