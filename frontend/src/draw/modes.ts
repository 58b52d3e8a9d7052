// How Terra Draw draws, holds and colours what is in hand: in the page's own colours, holes lighter than areas.
import {
  type GeoJSONStoreFeatures,
  type HexColor,
  TerraDrawLineStringMode,
  TerraDrawPointMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
} from "terra-draw";
import { colour } from "../map/colours";
import type { Neighbours } from "./snap";

type Mode = TerraDrawPointMode | TerraDrawLineStringMode | TerraDrawPolygonMode | TerraDrawSelectMode;

export function modesOf(neighbours: Neighbours): Mode[] {
  const [accent, paper] = [colour("accent") as HexColor, colour("paper") as HexColor];
  const isHole = (one: GeoJSONStoreFeatures) => Number(one.properties.ring) > 0;
  const pointerDistance = matchMedia("(pointer: coarse)").matches ? 30 : 14;
  const snapping = { toCustom: neighbours.place };
  const held = {
    feature: {
      // The server says where a shape crosses itself: nothing stops the hand.
      selfIntersectable: true,
      draggable: false,
      coordinates: { snappable: snapping, midpoints: { draggable: true }, draggable: true, deletable: true },
    },
  };
  const corner = {
    selectionPointColor: paper,
    selectionPointOutlineColor: accent,
    selectionPointOutlineWidth: 3,
    selectionPointWidth: 6,
    midPointColor: accent,
    midPointOutlineColor: paper,
    midPointOutlineWidth: 2,
    midPointWidth: 5,
  };
  const guide = {
    snappingPointColor: accent,
    snappingPointWidth: 7,
    closingPointColor: paper,
    closingPointOutlineColor: accent,
    closingPointOutlineWidth: 3,
    closingPointWidth: 7,
  };
  return [
    new TerraDrawPointMode({
      styles: { pointColor: accent, pointOutlineColor: paper, pointOutlineWidth: 3, pointWidth: 9 },
    }),
    new TerraDrawLineStringMode({
      pointerDistance,
      snapping,
      styles: { lineStringColor: accent, lineStringWidth: 4, ...guide },
    }),
    new TerraDrawPolygonMode({
      pointerDistance,
      snapping,
      styles: {
        fillColor: (one) => (isHole(one) ? paper : accent),
        fillOpacity: (one) => (isHole(one) ? 0.75 : 0.25),
        outlineColor: accent,
        outlineWidth: (one) => (isHole(one) ? 2 : 4),
        ...guide,
      },
    }),
    new TerraDrawSelectMode({
      pointerDistance,
      allowManualSelection: false,
      allowManualDeselection: false,
      keyEvents: null,
      flags: {
        point: { feature: { draggable: true } },
        linestring: held,
        polygon: held,
      },
      styles: {
        selectedPointColor: accent,
        selectedPointOutlineColor: paper,
        selectedPointOutlineWidth: 3,
        selectedPointWidth: 9,
        selectedLineStringColor: accent,
        selectedLineStringWidth: 4,
        selectedPolygonColor: (one) => (isHole(one) ? paper : accent),
        selectedPolygonFillOpacity: (one) => (isHole(one) ? 0.75 : 0.25),
        selectedPolygonOutlineColor: accent,
        selectedPolygonOutlineWidth: 4,
        ...corner,
      },
    }),
  ];
}
