// What isn't saved yet, in this browser: whoever leaves, or loses the connection, finds it again. By person and map.

export interface Kept {
  /** The address of the part that it belongs to. */
  part: string;
  title: string;
  at: string;
  fields: [name: string, value: string][];
}

const PREFIX = "werkstof-draw";

export class KeptWork {
  constructor(private readonly of: string) {}

  read(part: string): Kept | null {
    try {
      const text = localStorage.getItem(this.key(part));
      return text ? (JSON.parse(text) as Kept) : null;
    } catch {
      return null;
    }
  }

  /** False where the browser keeps nothing: it is full, or forbids it. */
  write(kept: Kept): boolean {
    try {
      localStorage.setItem(this.key(kept.part), JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  forget(part: string): void {
    try {
      localStorage.removeItem(this.key(part));
    } catch {
      // Where nothing may be kept, nothing was.
    }
  }

  /** All of this person and map. */
  all(): Kept[] {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.key("")));
      return keys.flatMap((key) => this.read(key.slice(this.key("").length)) ?? []);
    } catch {
      return [];
    }
  }

  private key(part: string): string {
    return `${PREFIX}:${this.of}:${part}`;
  }
}
