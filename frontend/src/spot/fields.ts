// The form of the page: what is in its fields, what has to be, and how it is emptied and filled again.
import { json } from "../attributes";
import { fieldsOf, fill } from "../draw/filling";
import type { Words } from "./words";

/** What the entry itself says, and who sends it. */
const OWN = ["key", "noted_at"];
/** Fields of which one at least makes it something to keep. */
const TELLING = ["title", "description", "quantity", "material", "lat", "lon", "place"];

export class Fields {
  constructor(
    private readonly form: HTMLFormElement,
    private readonly words: Words,
  ) {}

  get all(): [name: string, value: string][] {
    return fieldsOf(this.form).filter(([name]) => !OWN.includes(name));
  }

  get areEmpty(): boolean {
    return !this.all.some(([name, typed]) => TELLING.includes(name) && typed);
  }

  get title(): string {
    return this.input("title").value.trim();
  }

  /** What the layer is called that is chosen. */
  get layer(): string {
    return this.select("layer").selectedOptions[0]?.textContent ?? "";
  }

  chooseLayer(value: string): void {
    const select = this.select("layer");
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  }

  fill(fields: [name: string, value: string][]): void {
    fill(this.form, fields);
    const code = this.input("material").value;
    const row = json<string[][]>("brought-materials")?.find(([known]) => known === code);
    this.shownMaterial.value = row?.[1] ?? "";
  }

  /** Empty, but for what one goes on with: the next one is in the same layer. */
  empty(): void {
    const [layer, submit] = [this.select("layer").value, this.input("submit").checked];
    this.form.reset();
    this.chooseLayer(layer);
    this.input("submit").checked = submit;
    for (const name of ["material", "accuracy_m"]) this.input(name).value = "";
    this.shownMaterial.value = "";
  }

  /** What has to be there before it can wait, in words, each with its field; the server says the rest. */
  missing(isPlaced: boolean): [words: string, field: HTMLElement | null][] {
    const found: [string, HTMLElement | null][] = [];
    if (!isPlaced) found.push([this.words.of("no_place"), this.form.querySelector("[data-here]")]);
    if (!this.title) found.push([this.words.of("no_title"), this.input("title")]);
    return found;
  }

  complain(lines: string[]): void {
    const place = this.form.querySelector<HTMLElement>("[data-wrong]");
    if (!place) return;
    place.hidden = lines.length === 0;
    const items = lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    place.querySelector("ul")?.replaceChildren(...items);
  }

  /** What depends on a choice follows it. */
  tell(): void {
    this.form.dispatchEvent(new Event("change"));
  }

  /** Where a reader goes on. */
  focus(): void {
    this.form.scrollIntoView();
    this.input("title").focus();
  }

  private get shownMaterial(): HTMLInputElement {
    return document.getElementById("material-name") as HTMLInputElement;
  }

  private input(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private select(name: string): HTMLSelectElement {
    return this.form.elements.namedItem(name) as HTMLSelectElement;
  }
}
