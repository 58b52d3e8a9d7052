// What somebody added, as a list: each with how far it is, and what can be done.
import type { Entry, Refusal, State } from "./entries";
import type { Words } from "./words";

interface Hooks {
  takeUp(entry: Entry): void;
  drop(entry: Entry): void;
  /** Send it as another than what the server has by its key. */
  renew(entry: Entry): void;
}

/** What can be taken up again, and by which word. */
const TAKEN_UP: Partial<Record<State, string>> = { begun: "go_on", waiting: "mend", refused: "mend" };

export class List {
  constructor(
    private readonly room: HTMLElement,
    private readonly template: HTMLTemplateElement,
    private readonly words: Words,
    private readonly hooks: Hooks,
  ) {}

  /** `others` is how many of somebody else wait in this browser. */
  draw(entries: Entry[], others: number): void {
    this.room.hidden = entries.length === 0 && others === 0;
    this.room.querySelector("[data-entries]")?.replaceChildren(...entries.map((entry) => this.row(entry)));
    const sends = this.room.querySelector<HTMLElement>("[data-sends]");
    if (sends) sends.hidden = !entries.some(({ state }) => state === "waiting");
    const said = this.room.querySelector<HTMLElement>("[data-others]");
    if (!said) return;
    said.hidden = others === 0;
    said.textContent = this.words.of(others === 1 ? "others_one" : "others_many", { count: others });
  }

  private row(entry: Entry): DocumentFragment {
    const row = this.template.content.cloneNode(true) as DocumentFragment;
    const { words } = this;
    const title = entry.title || words.of("untitled");
    const say = (name: string, text: string) => row.querySelector(`[data-${name}]`)?.replaceChildren(text);
    row.querySelector("li")?.setAttribute("data-entry-state", entry.state);
    for (const icon of row.querySelectorAll<HTMLElement>("[data-icon]"))
      icon.hidden = icon.dataset.icon !== entry.state;
    say("title", title);
    say("where", entry.layer);
    say("state", words.of(entry.state));
    say("words", entry.words);
    row.querySelector("[data-refusals]")?.replaceChildren(...entry.refusals.map((one) => this.asItem(one)));
    const takesUp = row.querySelector<HTMLButtonElement>("[data-takes-up]");
    const drops = row.querySelector<HTMLButtonElement>("[data-drops]");
    const leads = row.querySelector<HTMLAnchorElement>("[data-leads]");
    const renews = row.querySelector<HTMLButtonElement>("[data-renews]");
    const word = TAKEN_UP[entry.state];
    if (renews) {
      renews.hidden = !entry.sentBefore;
      renews.addEventListener("click", () => this.hooks.renew(entry));
    }
    if (takesUp) {
      // Mended, it would be refused again.
      takesUp.hidden = word === undefined || entry.sentBefore;
      takesUp.textContent = word ? words.of(word) : "";
      takesUp.addEventListener("click", () => this.hooks.takeUp(entry));
    }
    if (drops) {
      drops.hidden = word === undefined;
      drops.addEventListener("click", () => this.hooks.drop(entry));
    }
    if (leads) {
      leads.hidden = entry.address === "";
      leads.href = entry.address;
    }
    // What is pressed says about what, for who doesn't see the row.
    for (const button of [takesUp, renews, drops, leads]) {
      const about = document.createElement("span");
      about.className = "visually-hidden";
      about.textContent = `: ${title}`;
      button?.append(about);
    }
    return row;
  }

  private asItem({ label, words }: Refusal): HTMLLIElement {
    const item = document.createElement("li");
    item.textContent = label ? `${label}: ${words}` : words || this.words.of("failed");
    return item;
  }
}
