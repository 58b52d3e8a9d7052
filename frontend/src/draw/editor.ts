// The page where one draws: the map and its tiles, the element in hand on the canvas, and the part with its form.
import type { Geometry } from "geojson";
import type { MapMouseEvent } from "maplibre-gl";
import { ask } from "../api/ask";
import { json } from "../attributes";
import type { Stage } from "../map/stage";
import { Canvas, MOST_CORNERS, type Tool } from "./canvas";
import { fieldsOf, fill } from "./filling";
import { type Kept, KeptWork } from "./kept";
import { listKept, offerKept } from "./offers";
import { tell } from "./overlay";
import { Panel } from "./panel";
import { boundsOf, type Shape } from "./shape";
import { ElementTable } from "./table";
import { Tiles } from "./tiles";
import { makeButton, NEW_TOOLS, Toolbar, type View } from "./toolbar";

interface Layer {
  id: number;
  title: string;
  tools: Tool[];
  part: string;
  elements: string;
}

export class Editor {
  private readonly layers = json<Layer[]>("draw-layers") ?? [];
  private readonly tiles: Tiles;
  private readonly canvas: Canvas;
  private readonly panel: Panel;
  private readonly toolbar: Toolbar;
  private readonly kept: KeptWork;
  private readonly table: ElementTable;
  /** The element in hand, its layer, and the address of its part; `id` is null for a new one. */
  private hand: { id: number | null; layerId: number; part: string } | null = null;
  private isDirty: boolean = false;
  private isJoining: boolean = false;
  /** The tool, or the kept work, that waits for a part to come. */
  private awaiting: Tool | null = null;
  private back: Kept | null = null;

  constructor(
    private readonly room: HTMLElement,
    private readonly stage: Stage,
  ) {
    this.tiles = new Tiles(stage.map);
    this.kept = new KeptWork(room.dataset.keep ?? "");
    this.toolbar = new Toolbar(room, json<Record<string, string>>("draw-words") ?? {});
    this.canvas = new Canvas(stage, {
      changed: () => this.drawn(),
      ended: () => this.ended(),
      cut: (line) => this.cut(line),
      misplaced: () => this.toolbar.say(this.toolbar.word("hole_outside")),
      say: (words, numbers) => this.toolbar.say(this.toolbar.word(words, numbers)),
    });
    this.panel = new Panel(this.toolbar.one("[data-hand]"), {
      placed: (part, sent) => this.placed(part, sent),
      typed: () => this.typed(),
      sending: (form, pressed) => this.sending(form, pressed),
      putDown: () => this.putDown(),
    });
    const table = this.toolbar.one("[data-table]") as HTMLDetailsElement;
    this.table = new ElementTable(table, (id) => void this.open(this.partOf(id)));
    stage.map.on("click", (event) => this.clicked(event));
    stage.map.on("moveend", () => this.look());
    room.addEventListener("click", (event) => this.pressed(event));
    room.addEventListener("change", (event) => this.chose(event));
    stage.map.getCanvas().addEventListener("pointerup", () => setTimeout(() => this.refresh()));
    window.addEventListener("beforeunload", (event) => {
      if (this.isDirty) event.preventDefault();
    });
    this.showKept();
    this.refresh();
    const asked = Number(new URLSearchParams(location.search).get("element"));
    if (Number.isInteger(asked) && asked > 0) void this.open(this.partOf(asked));
    room.dataset.started = "yes";
  }

  // ---- in hand ----

  private partOf(id: number): string {
    return (this.room.dataset.partAddress ?? "").replace("/0/", `/${id}/`);
  }

  private async open(part: string): Promise<void> {
    if (this.mayLeave()) await this.panel.open(part);
  }

  /** Whether what is in hand may be left: asked where it isn't saved. It is kept all the same. */
  private mayLeave(): boolean {
    return !this.isDirty || window.confirm(this.toolbar.word("leave"));
  }

  private putDown(): void {
    if (!this.mayLeave()) return;
    this.letGo();
    this.panel.room.replaceChildren();
    this.view("map");
  }

  private letGo(): void {
    this.isDirty = false;
    this.hand = null;
    this.canvas.show(null);
    this.canvas.use("none");
    this.tiles.leaveOut(null);
    this.table.mark(null);
    tell(this.stage.map, null, null);
    this.showKept();
    this.refresh();
  }

  private placed(part: HTMLElement, sent: boolean): void {
    const { layer, element, saved, fresh, gone } = part.dataset;
    if (saved !== undefined) {
      if (this.hand) this.kept.forget(this.hand.part);
      this.tiles.refresh(Number(layer));
      this.table.refresh();
    }
    if (gone !== undefined) {
      this.letGo();
      return;
    }
    this.hand = { id: element ? Number(element) : null, layerId: Number(layer), part: part.dataset.part ?? "" };
    this.table.mark(this.hand.id);
    const stored = this.panel.json<Shape>("hand-geometry");
    if (fresh !== undefined) this.take(stored, sent);
    this.tellOf(stored);
    this.showKept();
    this.look();
    this.refresh();
  }

  /** Show an element as it is stored, and offer what was kept of it. */
  private take(stored: Shape | null, sent: boolean): void {
    const { back, awaiting } = this;
    this.back = null;
    this.awaiting = null;
    this.isDirty = false;
    this.canvas.show(stored);
    this.canvas.use("none");
    this.tiles.leaveOut(this.hand?.id ?? null);
    if (stored && !sent) this.goTo(stored);
    if (back) this.takeUp(back);
    else if (this.hand && !sent) this.offer(this.kept.read(this.hand.part));
    if (awaiting) this.use(awaiting);
    else if (stored && this.writes()) this.use(stored.type.endsWith("Point") ? "move" : "corners");
    if (!awaiting && !sent) this.view("hand");
  }

  /** What the server says of the shape: where it is wrong, or how somebody else left it. */
  private tellOf(stored: Shape | null): void {
    const wrong = this.panel.json<{ where: [number, number] | null; proposal: Geometry | null }>("hand-wrong");
    const theirs = this.panel.part?.dataset.theirs === undefined ? null : stored;
    tell(this.stage.map, wrong?.where ?? null, wrong?.proposal ?? theirs);
    if (wrong?.where) this.stage.map.jumpTo({ center: wrong.where });
  }

  private writes(): boolean {
    return this.panel.part?.dataset.writes !== undefined;
  }

  private goTo(shape: Shape): void {
    const { map } = this.stage;
    map.fitBounds(boundsOf(shape), { padding: 60, maxZoom: Math.max(15, map.getZoom()), duration: 0 });
  }

  // ---- what changes ----

  private drawn(): void {
    const shape = this.canvas.shape();
    const field = this.panel.field("shape");
    if (field) field.value = shape ? JSON.stringify(shape) : "";
    // What is drawn is the one way to say where it is.
    for (const name of ["place", "lat", "lon"]) {
      const other = this.panel.field(name);
      if (other) other.value = "";
    }
    this.typed();
    this.refresh();
  }

  /** A drawing ended: of a new element comes the form, on a phone too. */
  private ended(): void {
    this.refresh();
    if (this.hand?.id === null && this.canvas.pieces().size > 0) this.view("hand");
  }

  private typed(): void {
    const { form } = this.panel;
    if (!form || !this.hand) return;
    this.isDirty = true;
    const title = this.panel.field("title")?.value || this.toolbar.word("untitled");
    this.kept.write({ part: this.hand.part, title, at: new Date().toISOString(), fields: fieldsOf(form) });
  }

  private sending(form: HTMLFormElement, pressed: HTMLElement | null): boolean {
    if (pressed?.dataset.repairs !== undefined) {
      const proposal = this.panel.json<{ proposal: Shape | null }>("hand-wrong")?.proposal;
      if (proposal) this.canvas.replace(proposal);
    }
    if (form.dataset.step === undefined || !this.isDirty) return true;
    this.toolbar.say(this.toolbar.word("save_first"));
    this.view("map");
    return false;
  }

  private cut(line: Geometry): void {
    const field = this.room.querySelector<HTMLTextAreaElement>("#split-form [name=line]");
    if (!field) return;
    field.value = JSON.stringify(line);
    field.form?.requestSubmit(field.form.querySelector("button"));
  }

  private async join(id: number, layerId: number): Promise<void> {
    const select = this.room.querySelector<HTMLSelectElement>("#join-form [name=other]");
    this.isJoining = false;
    this.refresh();
    if (!select || layerId !== this.hand?.layerId || id === this.hand.id) {
      this.toolbar.say(this.toolbar.word("join_same"));
      return;
    }
    const address = (this.room.dataset.elementApi ?? "").replace("/0/", `/${id}/`);
    const other = await ask<"/api/v1/maps/elements/{element_id}/">(address);
    if (!other) return;
    select.replaceChildren(new Option(other.title, `${other.id}:${other.version}`, true, true));
    select.form?.requestSubmit(select.form.querySelector("button"));
  }

  // ---- kept work ----

  private offer(kept: Kept | null): void {
    const place = this.room.querySelector<HTMLElement>("[data-kept]");
    if (!kept || !place) return;
    offerKept(place, kept, this.toolbar, {
      takeUp: () => this.takeUp(kept),
      throwAway: () => this.kept.forget(kept.part),
    });
  }

  /** Go on with what was kept. The version stays the one that it was made for. */
  private takeUp(kept: Kept): void {
    const { form } = this.panel;
    if (!form) return;
    fill(form, kept.fields);
    const text = this.panel.field("shape")?.value ?? "";
    if (text.startsWith("{")) this.canvas.replace(JSON.parse(text) as Shape);
    this.typed();
  }

  /** Name what is kept of other elements of this map, each with a way back to it. */
  private showKept(): void {
    const others = this.kept.all().filter(({ part }) => part !== this.hand?.part);
    listKept(this.toolbar.one("[data-kept-others]"), others, this.toolbar, (kept) => {
      this.back = kept;
      void this.open(kept.part);
    });
  }

  // ---- the map ----

  private clicked(event: MapMouseEvent): void {
    if (this.canvas.isDrawing() || this.canvas.hits(event)) return;
    const found = this.tiles.at(event.point);
    const [first, second] = found;
    if (!first) return;
    if (!second) {
      this.picked(first.id, first.layerId);
      return;
    }
    const buttons = found.map((one) => makeButton(one.title, () => this.picked(one.id, one.layerId)));
    this.toolbar.say(this.toolbar.word("which"), buttons);
  }

  private picked(id: number, layerId: number): void {
    if (this.isJoining) void this.join(id, layerId);
    else void this.open(this.partOf(id));
  }

  /** What one may cling to: the layers that show. */
  private look(): void {
    const shown = this.layers.filter(
      ({ id }) => this.room.querySelector<HTMLInputElement>(`[data-layer-shown="${id}"]`)?.checked,
    );
    const addresses = shown.map(({ elements }) => elements);
    if (this.hand) void this.canvas.neighbours.look(addresses, this.hand.id);
  }

  // ---- buttons ----

  private pressed(event: Event): void {
    const found = (event.target as Element).closest<HTMLElement>("[data-tool], [data-acts], [data-shows]");
    if (!found) return;
    const { tool, acts, shows } = found.dataset;
    if (shows) this.view(shows as View);
    if (tool) this.choose(tool);
    if (acts) this.act(acts);
  }

  private choose(tool: string): void {
    this.view("map");
    if ((tool === "join" || tool === "knife") && this.isDirty) {
      this.toolbar.say(this.toolbar.word("save_first"));
    } else if (tool === "join") {
      this.canvas.use("none");
      this.isJoining = true;
      this.refresh();
    } else if (NEW_TOOLS.includes(tool)) {
      void this.begin(tool as Tool);
    } else {
      this.use(tool as Tool);
    }
  }

  /** Draw a new element in the layer that is chosen. */
  private async begin(tool: Tool): Promise<void> {
    const layer = this.layerChosen();
    if (!layer) return;
    if (this.hand?.part === layer.part && this.canvas.pieces().size === 0) {
      this.use(tool);
      return;
    }
    this.awaiting = tool;
    await this.open(layer.part);
    this.awaiting = null;
  }

  private use(tool: Tool): void {
    this.isJoining = false;
    const isTooMany = tool === "corners" && this.canvas.size() > MOST_CORNERS;
    this.canvas.use(isTooMany ? "move" : tool);
    this.refresh();
    if (isTooMany) this.toolbar.say(this.toolbar.word("too_many"));
  }

  private act(name: string): void {
    const { canvas } = this;
    if (name === "undo") canvas.undo();
    if (name === "redo") canvas.redo();
    if (name === "finish") canvas.finish();
    if (name === "cancel") {
      this.isJoining = false;
      canvas.cancel();
    }
    if (name === "snap") canvas.neighbours.on = !canvas.neighbours.on;
    if (name === "drop") canvas.remove();
    if (name === "corner") canvas.corner.remove();
    this.refresh();
  }

  private chose(event: Event): void {
    const field = event.target as HTMLInputElement;
    if (field.dataset.layerShown) {
      this.tiles.show(Number(field.dataset.layerShown), field.checked);
      this.look();
    }
    if (field.dataset.partChosen !== undefined) {
      this.canvas.select(Number(field.value));
      this.use("corners");
    }
    this.refresh();
  }

  private layerChosen(): Layer | undefined {
    const chosen = Number(this.room.querySelector<HTMLSelectElement>("[data-draws-in]")?.value);
    return this.layers.find(({ id }) => id === chosen);
  }

  private view(name: View): void {
    this.toolbar.view(name);
    if (name === "table") this.table.open();
    this.stage.map.resize();
  }

  private refresh(): void {
    this.toolbar.refresh(this.canvas, {
      tools: this.layerChosen()?.tools ?? [],
      isInHand: this.hand !== null,
      writes: this.hand !== null && this.writes(),
      isJoining: this.isJoining,
    });
  }
}
