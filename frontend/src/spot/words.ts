// What the page says by itself, in its reader's language: from the server.
import { json } from "../attributes";

export class Words {
  private readonly said = json<Record<string, string>>("spot-words") ?? {};

  /** The words of a name; `{number}` in them is filled in. Empty for a name that has none. */
  of(name: string, values: Record<string, string | number> = {}): string {
    let words = this.said[name] ?? "";
    for (const [place, value] of Object.entries(values)) words = words.replace(`{${place}}`, () => String(value));
    return words;
  }
}

/** Where the page says how it is with the connection, and with what it keeps. */
export class Says {
  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
  ) {}

  /** The words of a name, with a link by words of a name too; "" takes away what was said. */
  say(name: string, link?: { name: string; address: string }): void {
    const place = this.root.querySelector<HTMLElement>("[data-says]");
    const said = name ? this.words.of(name) : "";
    const words = link ? this.words.of(link.name) : "";
    // Said once, it isn't read out again.
    if (!place || place.textContent === (link ? `${said} ${words}` : said)) return;
    place.textContent = said;
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = link.address;
    anchor.textContent = words;
    place.append(" ", anchor);
  }

  /** With a link that opens the page anew. */
  sayWithReload(name: string): void {
    this.say(name, { name: "reload", address: this.root.dataset.spot ?? "" });
  }

  /** Why something couldn't be kept. */
  sayWhyNot(error: unknown): void {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "QuotaExceededError") this.say("full");
    // The database was closed, for a newer copy of the page.
    else if (name === "InvalidStateError") this.sayWithReload("outdated");
    else this.say("not_kept");
  }
}
