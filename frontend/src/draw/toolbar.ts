// The buttons above the map, and the words that say what to do now.
import type { Canvas, Tool } from "./canvas";

export const NEW_TOOLS: string[] = ["point", "linestring", "polygon"];
const DRAWS = { Point: "point", LineString: "linestring", Polygon: "polygon" } as const;
export type View = "layers" | "map" | "table" | "hand";

/** What the buttons go by, beside the canvas. */
export interface State {
  /** What may be drawn in the layer that is chosen. */
  tools: Tool[];
  isInHand: boolean;
  writes: boolean;
  isJoining: boolean;
}

export class Toolbar {
  private hint = "";

  constructor(
    private readonly room: HTMLElement,
    private readonly words: Record<string, string>,
  ) {}

  /** On a phone one thing shows at a time. */
  view(name: View): void {
    this.room.dataset.view = name;
    for (const button of this.room.querySelectorAll<HTMLElement>("[data-shows]")) {
      button.setAttribute("aria-pressed", String(button.dataset.shows === name));
    }
  }

  /** Buttons, words and the list of parts, as they are now. */
  refresh(canvas: Canvas, state: State): void {
    const pieces = canvas.pieces();
    const types = new Set([...pieces.values()].map(({ geometry }) => geometry.type));
    for (const button of this.room.querySelectorAll<HTMLButtonElement>("[data-tool]")) {
      const tool = button.dataset.tool ?? "";
      button.setAttribute("aria-pressed", String(tool === (state.isJoining ? "join" : canvas.tool)));
      if (NEW_TOOLS.includes(tool)) button.hidden = !state.tools.includes(tool as Tool);
      if (tool === "hole") button.hidden = !types.has("Polygon");
      if (tool === "corners") button.hidden = types.has("Point");
      if (tool === "knife") button.hidden = types.has("Point") || !this.room.querySelector("#split-form");
      if (tool === "join") button.hidden = !this.room.querySelector("#join-form");
    }
    const isDrawing = canvas.isDrawing();
    this.room.toggleAttribute("data-drawing", isDrawing);
    this.one("[data-tools-of-hand]").hidden = !state.writes || pieces.size === 0;
    this.button("undo").disabled = !canvas.canUndo();
    this.button("redo").disabled = !canvas.canRedo();
    this.button("finish").hidden = !isDrawing || canvas.tool === "point";
    this.button("corner").hidden = canvas.tool !== "corners";
    this.button("cancel").hidden = !isDrawing && !state.isJoining;
    this.button("snap").setAttribute("aria-pressed", String(canvas.neighbours.on));
    this.listParts(canvas, state);
    const hint = this.hintOf(canvas, state);
    // What was said meanwhile stays until there is something else to do.
    if (hint !== this.hint) this.say(hint);
    this.hint = hint;
  }

  say(words: string, buttons: HTMLElement[] = []): void {
    this.one("[data-says]").replaceChildren(words, ...buttons);
  }

  word(name: string, numbers: Record<string, number> = {}): string {
    const words = this.words[name] ?? "";
    return Object.entries(numbers).reduce((text, [key, number]) => text.replace(`{${key}}`, String(number)), words);
  }

  one(selector: string): HTMLElement {
    const found = this.room.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`The page has no ${selector}.`);
    return found;
  }

  private listParts(canvas: Canvas, { writes }: State): void {
    const pieces = [...canvas.pieces()];
    const numbers = [...new Set(pieces.map(([, { part }]) => part))];
    this.one("[data-parts]").hidden = pieces.length < 2 || !writes;
    this.one("[data-part-chosen]").replaceChildren(
      ...pieces.map(([id, { part, ring, geometry }]) => {
        const pattern = geometry.type !== "Polygon" ? "one_part" : ring > 0 ? "ring" : "outer";
        const words = this.word(pattern, { part: numbers.indexOf(part) + 1, ring });
        return new Option(words, String(id), false, id === canvas.selected);
      }),
    );
  }

  private hintOf(canvas: Canvas, state: State): string {
    if (state.isJoining) return this.word("join");
    if (canvas.tool === "none") return state.isInHand ? "" : this.word("choose");
    // What a mouse and keys do too is no use to fingers.
    const hasKeys = canvas.tool === "corners" && matchMedia("(pointer: fine)").matches;
    if (hasKeys) return `${this.word("corners")} ${this.word("corners_keys")}`;
    if (canvas.tool !== "part") return this.word(canvas.tool);
    const [first] = canvas.pieces().values();
    return this.word(DRAWS[first?.geometry.type ?? "Polygon"]);
  }

  private button(name: string): HTMLButtonElement {
    return this.one(`[data-acts=${name}]`) as HTMLButtonElement;
  }
}

export function makeButton(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}
