// The corner last touched, by finger, mouse or key: a ring on the map shows which. It goes at the press of a button or of Delete,
// and arrow keys move it; a right mouse button isn't needed for any of it.
import type { Position } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { colour } from "../map/colours";
import { movedBy, type PieceShape } from "./shape";

const NAME = "touched-corner";
/** How near to a corner a pointer has to be: a finger covers more than an arrow points at. */
const REACH_PX = { fine: 14, coarse: 30 };

interface Hooks {
  /** The piece whose corners are held; null where none are. */
  piece(): PieceShape | null;
  /** Put another shape in its place. */
  put(geometry: PieceShape): void;
  /** What to say, by the name of the words: which corner it is, or why nothing happens. */
  say(words: "corner_at" | "corner_first" | "corner_needed", numbers?: Record<string, number>): void;
}

export class TouchedCorner {
  private index: number | null = null;

  constructor(
    private readonly map: MapLibre,
    private readonly hooks: Hooks,
  ) {
    // What draws is done with the event by then: a corner that was dragged lies where it was let go.
    map.getCanvas().addEventListener("pointerup", (event) => setTimeout(() => this.touch(event)));
  }

  forget(): void {
    this.index = null;
    this.show();
  }

  /** Take it away, and hold the one after it. */
  remove(): void {
    const piece = this.hooks.piece();
    const { index } = this;
    if (!piece || index === null) {
      this.hooks.say("corner_first");
      return;
    }
    const left = withoutCorner(piece, index);
    if (!left) {
      this.hooks.say("corner_needed");
      return;
    }
    this.hooks.put(left);
    this.hold(index % cornersOf(left).length);
  }

  /** The next corner along the piece, or the one before; which it is, is said. */
  step(by: 1 | -1): void {
    const { length } = this.corners();
    if (length === 0) return;
    const next = this.index === null ? (by === 1 ? 0 : length - 1) : (this.index + by + length) % length;
    this.hold(next);
    this.hooks.say("corner_at", { n: next + 1, count: length });
  }

  /** Whether a key meant the corner: arrows move it, Delete takes it away, Page Up and Page Down choose another. */
  key(name: string, arrows: Record<string, [number, number]>): boolean {
    if (!this.hooks.piece()) return false;
    if (name === "PageDown" || name === "PageUp") this.step(name === "PageDown" ? 1 : -1);
    else if (name === "Delete" || name === "Backspace") this.remove();
    else if (arrows[name] && this.index !== null) this.nudge(arrows[name]);
    else return false;
    return true;
  }

  private corners(): Position[] {
    const piece = this.hooks.piece();
    return piece ? cornersOf(piece) : [];
  }

  private hold(index: number): void {
    this.index = index;
    this.show();
  }

  private touch(event: PointerEvent): void {
    const { left, top } = this.map.getCanvas().getBoundingClientRect();
    let nearest = REACH_PX[event.pointerType === "mouse" ? "fine" : "coarse"];
    for (const [index, place] of this.corners().entries()) {
      const { x, y } = this.map.project(place as [number, number]);
      const away = Math.hypot(event.clientX - left - x, event.clientY - top - y);
      if (away > nearest) continue;
      nearest = away;
      this.index = index;
    }
    this.show();
  }

  private nudge([right, down]: [number, number]): void {
    const piece = this.hooks.piece();
    const from = this.index === null ? undefined : this.corners()[this.index];
    if (!piece || !from || this.index === null) return;
    const { x, y } = this.map.project(from as [number, number]);
    const to = this.map.unproject([x + right, y + down]);
    const [lon = 0, lat = 0] = from;
    this.hooks.put(withCorner(piece, this.index, movedBy(from, to.lng - lon, to.lat - lat)));
    this.show();
  }

  private show(): void {
    const corners = this.corners();
    if (this.index !== null && this.index >= corners.length) this.index = null;
    const place = this.index === null ? undefined : corners[this.index];
    const points = place ? [{ type: "Point" as const, coordinates: place }] : [];
    const data = { type: "GeometryCollection" as const, geometries: points };
    const source = this.map.getSource<GeoJSONSource>(NAME);
    if (source) source.setData(data);
    else if (place) this.draw(data);
  }

  private draw(data: GeoJSON.GeometryCollection): void {
    this.map.addSource(NAME, { type: "geojson", data });
    this.map.addLayer({
      id: NAME,
      type: "circle",
      source: NAME,
      paint: {
        "circle-radius": 12,
        "circle-opacity": 0,
        "circle-stroke-color": colour("ink"),
        "circle-stroke-width": 3,
      },
    });
  }
}

/** The corners of a piece, each once: an area's ring begins and ends with the same. */
function cornersOf(piece: PieceShape): Position[] {
  if (piece.type === "Polygon") return piece.coordinates[0]?.slice(0, -1) ?? [];
  return piece.type === "LineString" ? piece.coordinates : [];
}

function of(piece: PieceShape, corners: Position[]): PieceShape {
  const [first] = corners;
  if (piece.type === "Polygon" && first) return { type: "Polygon", coordinates: [[...corners, first]] };
  return piece.type === "LineString" ? { type: "LineString", coordinates: corners } : piece;
}

function withCorner(piece: PieceShape, index: number, place: Position): PieceShape {
  return of(
    piece,
    cornersOf(piece).map((corner, at) => (at === index ? place : corner)),
  );
}

/** A piece without one of its corners; null where it would be no line or area any more. */
function withoutCorner(piece: PieceShape, index: number): PieceShape | null {
  const left = cornersOf(piece).filter((_corner, at) => at !== index);
  return left.length < (piece.type === "Polygon" ? 3 : 2) ? null : of(piece, left);
}
