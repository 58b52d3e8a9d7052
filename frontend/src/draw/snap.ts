// Corners and edges of what lies around what is drawn: close by, the pointer takes the neighbour's own place, to the last
// figure. Tiles round to pixels, so the shapes of what they show are read once the map stands still; where there are more in sight
// than are read at once, those around the pointer are.
import type { Geometry, Position } from "geojson";
import type { Map as MapLibre, MapMouseEvent } from "maplibre-gl";
import type { SnapToCustom } from "terra-draw";
import { type Answer, ask } from "../api/ask";
import { type Corners, chainsOf } from "./shape";

/** So near, in pixels, a corner or an edge draws the pointer to it. */
const REACH_PX = 12;
/** Nearer than this a neighbour can be aimed at. */
const NEAR_ZOOM = 12;
/** As many as the server gives at once. */
const MOST_NEIGHBOURS = 100;
/** Around the pointer so many pixels are read, to all sides; it is read anew where it comes this near to their edge. */
const AROUND_PX = 96;
const EDGE_PX = 32;
/** The pointer has stood still for so long before anything is read around it. */
const STILL_MS = 80;

type Sight = [west: number, south: number, east: number, north: number];

interface Found {
  at: Position;
  away: number;
}

export class Neighbours {
  on: boolean = true;
  private chains: Position[][] = [];
  private asking: AbortController | null = null;
  private addresses: string[] = [];
  private inHand: number | null = null;
  private isCrowded = false;
  private around: { x: number; y: number } | null = null;
  private still = 0;

  constructor(
    private readonly map: MapLibre,
    private readonly corners: Corners,
  ) {
    map.on("mousemove", (event) => this.follow(event));
  }

  /** Read what lies in sight of these layers' addresses, but for the element in hand. */
  async look(addresses: string[], inHand: number | null): Promise<void> {
    clearTimeout(this.still);
    this.asking?.abort();
    [this.chains, this.addresses, this.inHand] = [[], addresses, inHand];
    [this.isCrowded, this.around] = [false, null];
    if (this.map.getZoom() < NEAR_ZOOM) return;
    const bounds = this.map.getBounds();
    const sight: Sight = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    this.isCrowded = await this.read(sight, 1);
  }

  /** Where there are more in sight than were read, read those around the pointer. */
  private follow(event: MapMouseEvent): void {
    if (!this.on || !this.isCrowded) return;
    const { x, y } = event.point;
    const isRead =
      this.around && Math.max(Math.abs(x - this.around.x), Math.abs(y - this.around.y)) <= AROUND_PX - EDGE_PX;
    if (isRead) return;
    clearTimeout(this.still);
    this.still = window.setTimeout(() => void this.readAround(x, y), STILL_MS);
  }

  private async readAround(x: number, y: number): Promise<void> {
    this.around = { x, y };
    const low = this.map.unproject([x - AROUND_PX, y + AROUND_PX]);
    const high = this.map.unproject([x + AROUND_PX, y - AROUND_PX]);
    await this.read([low.lng, low.lat, high.lng, high.lat], Number.POSITIVE_INFINITY);
  }

  /** Read what lies in a box, so many pages of each layer at most; whether there is more. */
  private async read(sight: Sight, pages: number): Promise<boolean> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const bbox = sight.map((number) => number.toFixed(6)).join();
    try {
      const answers = await Promise.all(
        this.addresses.map((address) =>
          readPages(`${address}?bbox=${bbox}&page_size=${MOST_NEIGHBOURS}`, pages, asking.signal),
        ),
      );
      this.chains = answers
        .flatMap(({ rows }) => rows)
        .filter((row) => row.id !== this.inHand)
        .flatMap((row) => chainsOf(row.geometry as unknown as Geometry));
      return answers.some(({ hasMore }) => hasMore);
    } catch {
      // The map or the pointer moved on, or there is no connection: nothing to cling to.
      return false;
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

type Row = Answer<"/api/v1/maps/layers/{layer_id}/elements/">["results"][number];

/** The elements behind an address, so many pages of them at most. */
async function readPages(
  address: string,
  pages: number,
  signal: AbortSignal,
): Promise<{ rows: Row[]; hasMore: boolean }> {
  const rows: Row[] = [];
  let next: string | null | undefined = address;
  for (let page = 0; next && page < pages; page += 1) {
    const answer: Answer<"/api/v1/maps/layers/{layer_id}/elements/"> | null =
      await ask<"/api/v1/maps/layers/{layer_id}/elements/">(next, signal);
    rows.push(...(answer?.results ?? []));
    next = answer?.next;
  }
  return { rows, hasMore: Boolean(next) };
}
