// A type-ahead field by the ARIA combobox pattern. What it asks and says stands in data attributes:
// data-source (address; the text goes in ?q=), data-shape (listings | own | materials | brought | places), data-none (words for "nothing found"),
// data-must (only a choice from the list counts: what was typed and not chosen stops the form, in words), data-multiple (each choice becomes a token in .picked, made from the
// <template>, with its own hidden field, of the value that data-key names, under the words that data-label names).
// Without data-multiple, a choice fills the hidden inputs inside by data-fill, each with the value of that name.

import { type Choice, choicesFor } from "./choices";

/** Fewer letters than this name nothing yet. */
const SHORTEST = 2;
let serial = 0;

export function startCombos(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-combo]")) {
    const input = element.querySelector<HTMLInputElement>("input[type=text], input[type=search]");
    if (!input || element.dataset.started) continue;
    element.dataset.started = "yes";
    new Combo(element, input);
  }
}

class Combo {
  private readonly list: HTMLUListElement;
  private readonly tokens: HTMLElement | null;
  private choices: Choice[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly input: HTMLInputElement,
  ) {
    this.tokens = element.dataset.multiple ? element.querySelector(".picked") : null;
    this.list = document.createElement("ul");
    this.list.className = "combo__list";
    this.list.id = `combo-${++serial}`;
    this.list.role = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent?.trim() ?? "");
    this.input.after(this.list);
    this.input.role = "combobox";
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.left(), 150));
    // Before whoever else hears of it: a form that is stopped here isn't on its way.
    this.input.form?.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    this.input.form?.addEventListener("reset", () => this.complain(""));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest("[role=option]");
      if (option) this.choose(Number((option as HTMLElement).dataset.index));
    });
    this.tokens?.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (!button) return;
      button.closest("li")?.remove();
      this.input.focus();
      this.announce();
    });
  }

  private typed(): void {
    if (!this.tokens) this.fill({});
    this.complain("");
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this.request?.abort();
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(text), 150);
  }

  private async ask(text: string): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const address = new URL(this.element.dataset.source ?? "", location.href);
    address.searchParams.set("q", text);
    try {
      const choices = await choicesFor(this.element.dataset.shape ?? "", address, this.request.signal);
      if (!choices) return this.close();
      this.choices = choices;
      this.show();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.close();
    }
  }

  private show(): void {
    this.active = -1;
    this.list.replaceChildren(
      ...this.choices.map((choice, index) => {
        const option = document.createElement("li");
        option.className = "combo__option";
        option.role = "option";
        option.id = `${this.list.id}-${index}`;
        option.dataset.index = String(index);
        option.setAttribute("aria-selected", "false");
        option.append(choice.label);
        if (choice.note) {
          const note = document.createElement("small");
          note.textContent = choice.note;
          option.append(note);
        }
        return option;
      }),
    );
    if (!this.choices.length) {
      const none = document.createElement("li");
      none.className = "combo__empty";
      none.role = "option";
      none.setAttribute("aria-disabled", "true");
      none.textContent = this.element.dataset.none ?? "";
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Whether only what is in the list counts: a search also takes words as they are. */
  private get mustChoose(): boolean {
    return this.element.dataset.must !== undefined;
  }

  /** Whoever typed a name in full and went on has chosen it. */
  private left(): void {
    const typed = this.input.value.trim().toLowerCase();
    const index = this.choices.findIndex((choice) => choice.label.toLowerCase() === typed);
    if (!this.list.hidden && this.mustChoose && index >= 0) this.choose(index);
    this.stop();
    if (this.isUnpicked) this.complain(document.body.dataset.unpicked ?? "");
  }

  private submitted(event: SubmitEvent): void {
    this.left();
    if (!this.isUnpicked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.input.focus({ preventScroll: true });
    // Clear of the bar with the button.
    this.input.scrollIntoView({ block: "center" });
  }

  /** Whether there are words that the form doesn't send, and nothing chosen by them: they would be lost in silence. */
  private get isUnpicked(): boolean {
    if (!this.mustChoose || this.input.name || !this.input.value.trim()) return false;
    const fields = [...this.element.querySelectorAll<HTMLInputElement>("input[data-fill]")];
    return this.tokens !== null || fields.every((field) => field.value === "");
  }

  /** Say below the field what is wrong with it; "" takes that away. */
  private complain(words: string): void {
    const id = `${this.list.id}-wrong`;
    const shown = document.getElementById(id);
    if (!words) {
      if (!shown) return;
      shown.remove();
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-describedby");
      return;
    }
    if (shown) return;
    const place = document.createElement("p");
    place.className = "field__error";
    place.id = id;
    place.role = "alert";
    place.textContent = words;
    this.element.after(place);
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", id);
  }

  /** No answer that is still under way opens the list again. */
  private stop(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.close();
  }

  private close(): void {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private pressed(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && (this.active >= 0 || this.mustChoose)) {
      event.preventDefault();
      this.choose(Math.max(this.active, 0));
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  private move(step: number): void {
    const count = this.choices.length;
    if (!count) return;
    this.active = (this.active + step + count) % count;
    for (const option of this.list.querySelectorAll<HTMLElement>("[role=option]")) {
      const on = option.dataset.index === String(this.active);
      option.setAttribute("aria-selected", String(on));
      if (on) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
  }

  private choose(index: number): void {
    const choice = this.choices[index];
    if (!choice) return;
    this.stop();
    this.complain("");
    if (this.tokens) {
      this.addToken(choice);
      this.input.value = "";
    } else {
      this.input.value = choice.label;
      this.fill(choice.values);
    }
    this.announce();
  }

  /** Write a choice's values into the fields in this type-ahead that data-fill="name" marks; one without a value is emptied. */
  private fill(values: Record<string, string>): void {
    for (const field of this.element.querySelectorAll<HTMLInputElement>("input[data-fill]")) {
      field.value = values[field.dataset.fill ?? ""] ?? "";
    }
  }

  private addToken(choice: Choice): void {
    const { key = "", label = "" } = this.element.dataset;
    const value = choice.values[key] ?? "";
    const template = this.element.querySelector<HTMLTemplateElement>("template");
    if (!template || !this.tokens) return;
    for (const field of this.tokens.querySelectorAll("input")) if (field.value === value) return;
    const token = template.content.cloneNode(true) as DocumentFragment;
    token.querySelector("input")?.setAttribute("value", value);
    token.querySelector("[data-label]")?.replaceChildren(choice.values[label] ?? choice.label);
    const remove = token.querySelector("button");
    remove?.setAttribute("aria-label", `${remove.getAttribute("aria-label") ?? ""} ${choice.label}`.trim());
    this.tokens.append(token);
  }

  /** Tell the form, so that it saves, and the map, so that it goes there. */
  private announce(): void {
    this.element.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
