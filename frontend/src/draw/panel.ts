// The part of the page with the element in hand: a form of the server's. It is fetched, sent and put in place here, so that
// what is on the canvas stays when the server refuses something.
import { showToast } from "../behaviour/toasts";

interface Hooks {
  /** Another part is there. `sent` says that it answers a form. */
  placed(part: HTMLElement, sent: boolean): void;
  /** Somebody typed or chose something. */
  typed(form: HTMLFormElement): void;
  /** A form is about to be sent; false keeps it here. */
  sending(form: HTMLFormElement, button: HTMLElement | null): boolean;
  putDown(): void;
}

export class Panel {
  private isBusy: boolean = false;

  constructor(
    readonly room: HTMLElement,
    private readonly hooks: Hooks,
  ) {
    room.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      // Others that listen write the token of now into the form.
      setTimeout(() => void this.send(form, event.submitter));
    });
    for (const type of ["input", "change"]) {
      room.addEventListener(type, (event) => {
        const { form } = event.target as HTMLInputElement;
        if (form?.id === "hand-form") hooks.typed(form);
      });
    }
    room.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-puts-down]")) hooks.putDown();
    });
  }

  /** The part that is there; null where nothing is in hand. */
  get part(): HTMLElement | null {
    return this.room.querySelector<HTMLElement>(".hand");
  }

  get form(): HTMLFormElement | null {
    return this.room.querySelector<HTMLFormElement>("#hand-form");
  }

  async open(address: string): Promise<void> {
    await this.ask(address, { method: "GET" }, false);
  }

  /** A field of the form; null where it has none. */
  field(name: string): HTMLInputElement | HTMLTextAreaElement | null {
    const found = this.form?.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement ? found : null;
  }

  /** What a JSON element of the part holds. */
  json<What>(id: string): What | null {
    const text = this.room.querySelector(`#${id}`)?.textContent;
    return text ? (JSON.parse(text) as What) : null;
  }

  private async send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    if (this.isBusy || !this.hooks.sending(form, button)) return;
    await this.ask(form.action, { method: "POST", body: new FormData(form, button) }, true);
  }

  private async ask(address: string, request: RequestInit, sent: boolean): Promise<void> {
    this.isBusy = true;
    this.room.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { ...request, headers: { "HX-Request": "true" } });
      const text = await answer.text();
      const isPart = text.includes('class="hand ');
      if (isPart) this.place(text, sent);
      else showToast(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : failed());
    } catch {
      showToast(failed());
    } finally {
      this.isBusy = false;
      this.room.removeAttribute("aria-busy");
    }
  }

  private place(text: string, sent: boolean): void {
    this.room.innerHTML = text;
    const { part } = this;
    if (!part) return;
    this.hooks.placed(part, sent);
    const wrong = part.querySelector<HTMLElement>(".field--wrong :is(input, select, textarea)");
    (wrong ?? part.querySelector<HTMLElement>("h2"))?.focus();
  }
}

function failed(): string {
  return document.body.dataset.failed ?? "";
}
