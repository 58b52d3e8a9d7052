/**
 * A list whose rows open beside it where there is room, so that filters and place in the list stay. What opens is the
 * page that the row leads to, as the server draws it; a form in it is sent from there, and then the list is drawn anew.
 * Arrow keys go up and down the list, Escape closes. Without scripts, or on a narrow screen, rows are links.
 */
import htmx from "htmx.org";
import { drawnBy, withOwnIds } from "./borrowed";
import { showToast } from "./toasts";

const WIDE = matchMedia("(width >= 1100px)");

export function startBeside(root: ParentNode): void {
  const place = root.querySelector<HTMLElement>("[data-beside]");
  if (place) new Beside(place);
}

class Beside {
  private readonly panel: HTMLElement;
  private readonly body: HTMLElement;
  private opened: URL | undefined;

  constructor(private readonly place: HTMLElement) {
    this.panel = place.querySelector<HTMLElement>("[data-beside-panel]") as HTMLElement;
    this.body = this.panel.querySelector<HTMLElement>("[data-beside-body]") as HTMLElement;
    place.addEventListener("click", (event) => this.clicked(event));
    place.addEventListener("keydown", (event) => this.pressed(event));
    this.body.addEventListener("input", () => {
      this.body.dataset.typed = "yes";
    });
    this.body.addEventListener("submit", (event) => this.sent(event));
    this.panel.querySelector("[data-beside-close]")?.addEventListener("click", () => this.close());
    WIDE.addEventListener("change", () => {
      if (!WIDE.matches && this.opened) location.assign(this.opened);
    });
  }

  private get links(): HTMLAnchorElement[] {
    return [...this.place.querySelectorAll<HTMLAnchorElement>("[data-beside-list] tbody th a")];
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest("a");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !isPlain || !WIDE.matches || !this.links.includes(link)) return;
    event.preventDefault();
    void this.open(link, { focus: true });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.panel.hidden) {
      event.preventDefault();
      this.close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = this.links;
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = links[at + step];
    if (!next) return;
    next.focus();
    if (!this.panel.hidden && WIDE.matches && !this.body.dataset.typed) void this.open(next, { focus: false });
  }

  private async open(link: HTMLAnchorElement, { focus }: { focus: boolean }): Promise<void> {
    if (!this.mayLeave()) return;
    const address = new URL(link.href);
    this.opened = address;
    const answer = await this.answered(fetch(address));
    // Somebody went on to another row meanwhile.
    if (!answer || this.opened !== address) return;
    if (answer.redirected) {
      location.assign(address);
      return;
    }
    await this.show(answer);
    this.mark();
    if (focus) this.body.querySelector<HTMLElement>("h2")?.focus();
  }

  private sent(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || !this.opened) return;
    event.preventDefault();
    const address = new URL(form.getAttribute("action") ?? "", this.opened);
    void this.send(address, new FormData(form, event.submitter));
  }

  private async send(address: URL, body: FormData): Promise<void> {
    this.panel.setAttribute("aria-busy", "true");
    const answer = await this.answered(fetch(address, { method: "POST", body }));
    this.panel.removeAttribute("aria-busy");
    if (!answer) return;
    delete this.body.dataset.typed;
    await this.show(answer);
    this.body.querySelector<HTMLElement>("h2")?.focus();
    await this.drawListAnew();
  }

  /** What the server answered; undefined where nothing came, or it failed, which is said. */
  private async answered(asked: Promise<Response>): Promise<Response | undefined> {
    const answer = await asked.catch(() => undefined);
    if (answer && answer.status < 500) return answer;
    showToast(document.body.dataset.failed ?? "");
    return undefined;
  }

  private async show(answer: Response): Promise<void> {
    const drawn = await drawnBy(answer);
    const page = drawn.querySelector<HTMLElement>("main .page");
    if (!page) {
      location.assign(answer.url);
      return;
    }
    this.opened = new URL(answer.url);
    delete this.body.dataset.typed;
    page.querySelector(".crumbs")?.remove();
    page.classList.remove("page", "page--wide");
    asSecondHeading(page);
    withOwnIds(page, "beside");
    const said = drawn.querySelector(".messages");
    this.body.replaceChildren(...(said ? [said] : []), page);
    const whole = this.panel.querySelector<HTMLAnchorElement>("[data-beside-whole]");
    if (whole) whole.href = answer.url;
    this.panel.hidden = false;
    this.place.classList.add("beside--open");
    this.panel.scrollTop = 0;
    htmx.process(this.body);
  }

  private mark(): void {
    for (const link of this.links) {
      const isOpen = link.href === this.opened?.href;
      link.closest("tr")?.classList.toggle("is-open", isOpen);
      if (isOpen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  private async drawListAnew(): Promise<void> {
    const answer = await this.answered(fetch(location.href));
    if (!answer?.ok || answer.redirected) return;
    const drawn = await drawnBy(answer);
    const stood = document.activeElement;
    for (const part of document.querySelectorAll<HTMLElement>("[data-beside-list], [data-beside-tabs]")) {
      const name = "besideList" in part.dataset ? "[data-beside-list]" : "[data-beside-tabs]";
      const fresh = drawn.querySelector<HTMLElement>(name);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    this.mark();
    // Who stood on a row by keyboard stands on it still, and not at the beginning of the page.
    if (stood instanceof HTMLAnchorElement && !stood.isConnected) {
      this.links.find((one) => one.href === stood.href)?.focus();
    }
  }

  private close(): void {
    if (!this.mayLeave()) return;
    const link = this.links.find((one) => one.href === this.opened?.href);
    this.opened = undefined;
    delete this.body.dataset.typed;
    this.panel.hidden = true;
    this.body.replaceChildren();
    this.place.classList.remove("beside--open");
    this.mark();
    (link ?? this.links[0])?.focus();
  }

  private mayLeave(): boolean {
    return !this.body.dataset.typed || confirm(this.place.dataset.beside ?? "");
  }
}

/** The board has a main heading already: that of a page in it is one lower, and can be gone to. */
function asSecondHeading(page: HTMLElement): void {
  const first = page.querySelector("h1");
  if (!first) return;
  const second = document.createElement("h2");
  second.append(...first.childNodes);
  second.tabIndex = -1;
  first.replaceWith(second);
}
