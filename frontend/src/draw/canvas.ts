// The element in hand on the canvas, drawn by Terra Draw. Everything else on the map comes from tiles.
import type { Feature, LineString, Position } from "geojson";
import type { MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import { TerraDraw, TerraDrawModeUndoRedo } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { Stage } from "../map/stage";
import { TouchedCorner } from "./corner";
import { modesOf } from "./modes";
import {
  Corners,
  chainsOf,
  extentOf,
  isWithin,
  opened,
  type Piece,
  type PieceShape,
  type Shape,
  shifted,
  together,
} from "./shape";
import { Neighbours } from "./snap";

export type Tool = "none" | "point" | "linestring" | "polygon" | "corners" | "move" | "part" | "hole" | "knife";
type Id = number;

interface Hooks {
  /** The shape in hand is another than before. */
  changed(): void;
  /** A drawing ended, or was given up. */
  ended(): void;
  /** A line was drawn to split by. */
  cut(line: LineString): void;
  /** A hole that begins in no area. */
  misplaced(): void;
  /** Something to say of the corner that was touched, by the name of the words. */
  say(words: string, numbers?: Record<string, number>): void;
}

const MODES = { Point: "point", LineString: "linestring", Polygon: "polygon" } as const;
/** More corners than this are too many to hold one by one. */
export const MOST_CORNERS = 1_500;
const STEP_PX = 8;
const ARROWS: Record<string, [right: number, down: number]> = {
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
};

export class Canvas {
  readonly corners = new Corners();
  readonly neighbours: Neighbours;
  /** The corner last touched, while corners are held. */
  readonly corner: TouchedCorner;
  tool: Tool = "none";
  private readonly draw: TerraDraw;
  private isMany = false;
  private chosen: Id | null = null;
  private past: string[] = [];
  private future: string[] = [];
  private now = "[]";
  private dragged: { from: Position; pieces: Map<Id, Piece> } | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly hooks: Hooks,
  ) {
    this.neighbours = new Neighbours(stage.map, this.corners);
    let last = 0;
    const nextId = (): Id => {
      last += 1;
      return last;
    };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: stage.map, coordinatePrecision: 9 }),
      modes: modesOf(this.neighbours),
      idStrategy: { getId: nextId, isValidId: (id) => typeof id === "number" },
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    });
    this.draw.start();
    this.draw.setMode("static");
    // What ends a drawing is still under way here: the next mode waits until it is done.
    this.draw.on("finish", (id, { action }) => setTimeout(() => this.finished(id as Id, action === "draw")));
    stage.map.on("mousedown", (event) => this.grab(event));
    stage.map.on("touchstart", (event) => this.grab(event));
    stage.map.on("mousemove", (event) => this.drag(event));
    stage.map.on("touchmove", (event) => this.drag(event));
    stage.map.on("mouseup", () => this.drop());
    stage.map.on("touchend", () => this.drop());
    stage.map.getCanvas().addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    this.corner = new TouchedCorner(stage.map, {
      piece: () => this.held(),
      put: (geometry) => this.hold(geometry),
      say: (words, numbers) => hooks.say(words, numbers),
    });
  }

  // ---- the shape ----

  /** Take a shape in hand, as it is stored; none for null. What was drawn before is forgotten. */
  show(shape: Shape | null): void {
    this.isMany = shape?.type.startsWith("Multi") ?? false;
    this.put(shape ? opened(shape, this.corners) : []);
    this.now = this.written();
    this.past = [];
    this.future = [];
  }

  /** Put another shape in hand, as a change that can be undone. */
  replace(shape: Shape): void {
    this.isMany = shape.type.startsWith("Multi");
    this.put(opened(shape, this.corners));
    this.changed();
  }

  shape(): Shape | null {
    return together([...this.pieces().values()], this.corners, this.isMany);
  }

  /** The pieces in hand by their number, in order. */
  pieces(): Map<Id, Piece> {
    const found = this.draw.getSnapshot().filter((one) => typeof one.properties.part === "number");
    const pieces = found.map(({ id, geometry, properties }): [Id, Piece] => [
      id as Id,
      { part: Number(properties.part), ring: Number(properties.ring), geometry },
    ]);
    return new Map(pieces.sort(([, one], [, other]) => one.part - other.part || one.ring - other.ring));
  }

  /** How many corners are in hand. */
  size(): number {
    return [...this.pieces().values()].reduce((sum, { geometry }) => sum + chainsOf(geometry).flat().length, 0);
  }

  // ---- tools ----

  use(tool: Tool): void {
    this.tool = tool;
    this.corner.forget();
    this.draw.setMode("static");
    if (tool === "corners") {
      this.draw.setMode("select");
      this.select(this.selected ?? this.pieces().keys().next().value ?? null);
    } else if (tool === "part") {
      const [first] = this.pieces().values();
      this.draw.setMode(MODES[first?.geometry.type ?? "Polygon"]);
    } else if (tool === "hole") {
      this.draw.setMode("polygon");
    } else if (tool === "knife") {
      this.draw.setMode("linestring");
    } else if (tool !== "none" && tool !== "move") {
      this.draw.setMode(tool);
    }
  }

  isDrawing(): boolean {
    return !["none", "corners", "move"].includes(this.tool);
  }

  /** End the drawing under way, as Enter does. */
  finish(): void {
    this.press("Enter");
  }

  cancel(): void {
    this.press("Escape");
    this.use("none");
    this.hooks.ended();
  }

  /** Choose the piece whose corners are held; without an id, the smallest at a place. */
  select(id: Id | null): void {
    if (id === null || !this.draw.hasFeature(id)) return;
    if (id !== this.chosen) this.corner.forget();
    this.chosen = id;
    if (this.tool === "corners") this.draw.selectFeature(id);
  }

  get selected(): Id | null {
    return this.chosen !== null && this.draw.hasFeature(this.chosen) ? this.chosen : null;
  }

  /** Whether something in hand lies at a place; while its corners are held, that piece is chosen. */
  hits(event: MapMouseEvent): boolean {
    const options = { ignoreSelectFeatures: true, ignoreCoordinatePoints: true, pointerDistance: 14 };
    const pieces = this.pieces();
    const found = this.draw
      .getFeaturesAtLngLat(event.lngLat, options)
      .filter((one) => pieces.has(one.id as Id))
      .sort((one, other) => extentOf(one.geometry) - extentOf(other.geometry));
    const [smallest] = found;
    if (smallest && this.tool === "corners" && smallest.id !== this.chosen) this.select(smallest.id as Id);
    return smallest !== undefined;
  }

  /** Take the chosen piece away; with an edge, its holes. */
  remove(): void {
    const pieces = this.pieces();
    const gone = this.selected === null ? undefined : pieces.get(this.selected);
    if (!gone) return;
    const left = [...pieces.values()].filter(
      (piece) => piece.part !== gone.part || (gone.ring > 0 && piece.ring !== gone.ring),
    );
    this.put(left);
    this.changed();
  }

  /** The piece whose corners are held. */
  private held(): PieceShape | null {
    if (this.tool !== "corners" || this.selected === null) return null;
    return this.pieces().get(this.selected)?.geometry ?? null;
  }

  private hold(geometry: PieceShape): void {
    if (this.selected === null) return;
    this.draw.updateFeatureGeometry(this.selected, geometry);
    this.changed();
  }

  // ---- undo ----

  canUndo(): boolean {
    return this.isUnderWay() ? this.draw.canUndo() : this.past.length > 0;
  }

  canRedo(): boolean {
    return this.isUnderWay() ? this.draw.canRedo() : this.future.length > 0;
  }

  undo(): void {
    if (this.isUnderWay()) this.draw.undo();
    else this.travel(this.past, this.future);
  }

  redo(): void {
    if (this.isUnderWay()) this.draw.redo();
    else this.travel(this.future, this.past);
  }

  private isUnderWay(): boolean {
    return this.draw.getModeState() === "drawing";
  }

  private travel(from: string[], to: string[]): void {
    const there = from.pop();
    if (there === undefined) return;
    to.push(this.now);
    this.now = there;
    this.put(JSON.parse(there) as Piece[]);
    this.hooks.changed();
  }

  private written(): string {
    return JSON.stringify([...this.pieces().values()]);
  }

  private changed(): void {
    const now = this.written();
    if (now === this.now) return;
    this.past.push(this.now);
    this.future = [];
    this.now = now;
    this.hooks.changed();
  }

  // ---- Terra Draw ----

  private put(pieces: Piece[]): void {
    const held = this.selected === null ? undefined : this.pieces().get(this.selected);
    this.draw.setMode("static");
    this.draw.clear();
    this.draw.addFeatures(
      pieces.map(({ part, ring, geometry }) => ({
        id: this.draw.getFeatureId(),
        type: "Feature" as const,
        geometry,
        properties: { mode: MODES[geometry.type], part, ring },
      })),
    );
    const again = [...this.pieces()].find(([, { part, ring }]) => part === held?.part && ring === held.ring);
    this.chosen = again?.[0] ?? null;
    this.use(this.tool === "corners" || this.tool === "move" ? this.tool : "none");
  }

  private finished(id: Id, isDrawn: boolean): void {
    if (!isDrawn) {
      this.changed();
      return;
    }
    const drawn = this.draw.getSnapshotFeature(id);
    if (!drawn) return;
    if (this.tool === "knife") {
      this.draw.removeFeatures([id]);
      this.end("none");
      this.hooks.cut(drawn.geometry as LineString);
      return;
    }
    const place = this.placeOf(drawn);
    if (place === null) {
      this.draw.removeFeatures([id]);
      this.end("none");
      this.hooks.misplaced();
      return;
    }
    this.draw.updateFeatureProperties(id, place);
    this.chosen = id;
    this.changed();
    this.end(drawn.geometry.type === "Point" ? "move" : "corners");
  }

  private end(next: Tool): void {
    this.use(next);
    this.hooks.ended();
  }

  /** Which part, or which hole of it, was drawn; null for a hole that lies in none. */
  private placeOf(drawn: Feature): { part: number; ring: number } | null {
    const pieces = [...this.pieces().values()];
    if (this.tool !== "hole") return { part: Math.max(-1, ...pieces.map(({ part }) => part)) + 1, ring: 0 };
    const [corner] = drawn.geometry.type === "Polygon" ? (drawn.geometry.coordinates[0] ?? []) : [];
    const around = pieces.find(
      ({ ring, geometry }) =>
        corner && ring === 0 && geometry.type === "Polygon" && isWithin(corner, geometry.coordinates[0] ?? []),
    );
    if (!around) return null;
    const rings = pieces.filter(({ part }) => part === around.part).map(({ ring }) => ring);
    return { part: around.part, ring: Math.max(...rings) + 1 };
  }

  private press(key: string): void {
    const canvas = this.stage.map.getCanvas();
    for (const type of ["keydown", "keyup"]) canvas.dispatchEvent(new KeyboardEvent(type, { key }));
  }

  // ---- moving the whole ----

  private grab(event: MapMouseEvent | MapTouchEvent): void {
    if (this.tool !== "move") return;
    const at = this.draw.getFeaturesAtLngLat(event.lngLat, { pointerDistance: 20 });
    if (at.length === 0) return;
    event.preventDefault();
    this.dragged = { from: event.lngLat.toArray(), pieces: this.pieces() };
  }

  private drag(event: MapMouseEvent | MapTouchEvent): void {
    if (!this.dragged) return;
    const [lon = 0, lat = 0] = this.dragged.from;
    this.shift(this.dragged.pieces, event.lngLat.lng - lon, event.lngLat.lat - lat);
  }

  private drop(): void {
    if (!this.dragged) return;
    this.dragged = null;
    this.changed();
  }

  private shift(pieces: Map<Id, Piece>, east: number, north: number): void {
    for (const [id, { geometry }] of pieces) {
      this.draw.updateFeatureGeometry(id, shifted(geometry, east, north));
    }
  }

  /** Where the map has the focus, keys change what is in hand: a corner, or the whole. */
  private pressed(event: KeyboardEvent): void {
    const step = ARROWS[event.key];
    if (this.tool === "move" && step) this.nudge(step);
    else if (!this.corner.key(event.key, ARROWS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private nudge(step: [right: number, down: number]): void {
    const { map } = this.stage;
    const from = map.getCenter();
    const pixel = map.project(from);
    const to = map.unproject([pixel.x + step[0], pixel.y + step[1]]);
    this.shift(this.pieces(), to.lng - from.lng, to.lat - from.lat);
    this.changed();
  }
}
