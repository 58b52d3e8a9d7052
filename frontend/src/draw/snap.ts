// Corners and edges of what lies around what is drawn: close by, the pointer takes the neighbour's own place, to the last
// figure. Tiles round to pixels, so the shapes of what they show are read once the map stands still.
import type { Geometry, Position } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import type { SnapToCustom } from "terra-draw";
import { ask } from "../api/ask";
import { type Corners, chainsOf } from "./shape";

/** So near, in pixels, a corner or an edge draws the pointer to it. */
const REACH_PX = 12;
/** Nearer than this a neighbour can be aimed at. */
const NEAR_ZOOM = 12;
const MOST_NEIGHBOURS = 100;

interface Found {
  at: Position;
  away: number;
}

export class Neighbours {
  on: boolean = true;
  private chains: Position[][] = [];
  private asking: AbortController | null = null;

  constructor(
    private readonly map: MapLibre,
    private readonly corners: Corners,
  ) {}

  /** Read what lies in sight of these layers' addresses, but for the element in hand. */
  async look(addresses: string[], inHand: number | null): Promise<void> {
    this.asking?.abort();
    this.chains = [];
    if (this.map.getZoom() < NEAR_ZOOM) return;
    const asking = new AbortController();
    this.asking = asking;
    const bounds = this.map.getBounds();
    const sight = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const bbox = sight.map((number) => number.toFixed(6)).join();
    try {
      const answers = await Promise.all(
        addresses.map((address) =>
          ask<"/api/v1/maps/layers/{layer_id}/elements/">(
            `${address}?bbox=${bbox}&page_size=${MOST_NEIGHBOURS}`,
            asking.signal,
          ),
        ),
      );
      const rows = answers.flatMap((answer) => answer?.results ?? []);
      this.chains = rows
        .filter((row) => row.id !== inHand)
        .flatMap((row) => chainsOf(row.geometry as unknown as Geometry));
    } catch {
      // The map moved on, or there is no connection: nothing to cling to.
    }
  }

  /** Where the pointer is drawn to; undefined where nothing is near. */
  readonly place: SnapToCustom = (event) => {
    if (!this.on) return undefined;
    const pointer = { x: event.containerX, y: event.containerY };
    const [west, east] = [-1, 1].map((side) => this.map.unproject([pointer.x + side * REACH_PX, pointer.y]).lng);
    const [north, south] = [-1, 1].map((side) => this.map.unproject([pointer.x, pointer.y + side * REACH_PX]).lat);
    if (west === undefined || east === undefined || north === undefined || south === undefined) return undefined;
    let corner: Found | null = null;
    let edge: Found | null = null;
    for (const chain of this.chains) {
      for (const [at, place] of chain.entries()) {
        const [lon = 0, lat = 0] = place;
        if (lon >= west && lon <= east && lat >= south && lat <= north) {
          corner = nearer(corner, this.found(place, pointer));
        }
        const before = at > 0 ? chain[at - 1] : undefined;
        if (!before || corner) continue;
        const [fromLon = 0, fromLat = 0] = before;
        const passes =
          Math.max(lon, fromLon) >= west &&
          Math.min(lon, fromLon) <= east &&
          Math.max(lat, fromLat) >= south &&
          Math.min(lat, fromLat) <= north;
        if (passes) edge = nearer(edge, this.found(this.onEdge(before, place, pointer), pointer));
      }
    }
    const found = corner ?? edge;
    return found ? this.corners.rounded(found.at) : undefined;
  };

  private found(at: Position, pointer: { x: number; y: number }): Found | null {
    const { x, y } = this.map.project(at as [number, number]);
    const away = Math.hypot(x - pointer.x, y - pointer.y);
    return away <= REACH_PX ? { at, away } : null;
  }

  /** The place of an edge that is nearest to the pointer. */
  private onEdge(from: Position, to: Position, pointer: { x: number; y: number }): Position {
    const [start, end] = [this.map.project(from as [number, number]), this.map.project(to as [number, number])];
    const [along, across] = [end.x - start.x, end.y - start.y];
    const length = along ** 2 + across ** 2 || 1;
    const share = ((pointer.x - start.x) * along + (pointer.y - start.y) * across) / length;
    const part = Math.min(1, Math.max(0, share));
    const [[west = 0, south = 0], [east = 0, north = 0]] = [from, to];
    return [west + part * (east - west), south + part * (north - south)];
  }
}

function nearer(one: Found | null, other: Found | null): Found | null {
  return other && (!one || other.away < one.away) ? other : one;
}
