// What the page says by itself, in its reader's language: from the server.
import { json } from "../attributes";

export class Words {
  private readonly said = json<Record<string, string>>("spot-words") ?? {};

  /** The words of a name; `{number}` in them is filled in. Empty for a name that has none. */
  of(name: string, values: Record<string, string | number> = {}): string {
    let words = this.said[name] ?? "";
    for (const [place, value] of Object.entries(values)) words = words.replace(`{${place}}`, String(value));
    return words;
  }
}
