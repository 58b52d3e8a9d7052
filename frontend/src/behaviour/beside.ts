/**
 * A list whose rows open beside it where there is room, so that filters and place in the list stay. What opens is the
 * page that the row leads to, as the server draws it; a form in it is sent from there, and then the list is drawn anew.
 * Arrow keys go up and down the list; Escape, or going back, closes. Which row is open stands in the address, so that it
 * can be sent to a colleague. Without scripts, or on a narrow screen, rows are links.
 */
import htmx from "htmx.org";
import { drawnBy, withOwnIds } from "./borrowed";
import { showToast } from "./toasts";

const WIDE = matchMedia("(width >= 1100px)");
/** Of the address: where the row leads that is open. */
const ROW = "rij";
/** Rows lead to the page of one thing, by its number: no other page of this site opens beside the list. */
const NUMBERED = /^(\/[a-z-]+)+\/\d+\/$/;
/** Of the browser's history: the list as it was before the row was opened is a step back. */
const OPENED = "openedBeside";

export function startBeside(root: ParentNode): void {
  const place = root.querySelector<HTMLElement>("[data-beside]");
  if (place) new Beside(place);
}

class Beside {
  private readonly panel: HTMLElement;
  private readonly body: HTMLElement;
  /** Where the row leads that is open, or is being opened. */
  private row: URL | undefined;
  /** The page of it that is shown: a form that was sent may have led to another. */
  private shown: URL | undefined;

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
      if (!WIDE.matches && this.row) location.replace(this.row);
    });
    window.addEventListener("popstate", () => this.follow());
    this.follow();
  }

  private get links(): HTMLAnchorElement[] {
    return [...this.place.querySelectorAll<HTMLAnchorElement>("[data-beside-list] tbody th a")];
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest("a");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !isPlain || !WIDE.matches || !this.links.includes(link)) return;
    event.preventDefault();
    if (this.mayLeave()) void this.open(new URL(link.href), { focus: true });
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
    const isFree = !this.panel.hidden && WIDE.matches && !this.body.dataset.typed;
    if (isFree) void this.open(new URL(next.href), { focus: false });
  }

  /** Open the row that the address names, as when a colleague sent it or somebody goes back; or close. */
  private follow(): void {
    const named = namedRow();
    if (named?.href === this.row?.href) return;
    if (!this.mayLeave()) {
      // Back went a step that somebody takes back: what they typed is still here.
      history.pushState({ ...history.state, [OPENED]: true }, "", addressWith(this.row));
      return;
    }
    if (!named) this.hide();
    else if (WIDE.matches) void this.open(named, { focus: true });
    else location.replace(named);
  }

  private async open(row: URL, { focus }: { focus: boolean }): Promise<void> {
    const before = this.row;
    this.row = row;
    const answer = await this.answered(fetch(row));
    const drawn = answer && !answer.redirected ? await drawnBy(answer) : undefined;
    // Somebody went on to another row meanwhile, or closed this one.
    if (this.row !== row) return;
    if (!answer) {
      this.row = before;
      return;
    }
    if (!drawn || !this.show(drawn, answer.url)) {
      this.goTo(row);
      return;
    }
    this.nameRow(row);
    this.mark();
    if (focus) this.body.querySelector<HTMLElement>("h2")?.focus();
  }

  /** Leave for what can't be shown here. Where the address names it, going back would only lead there again. */
  private goTo(page: URL): void {
    if (namedRow()?.href === page.href) location.replace(page);
    else location.assign(page);
  }

  /** Say in the address which row is open. The first that is opened is a step in the history, which going back undoes. */
  private nameRow(row: URL): void {
    const named = namedRow();
    if (named?.href === row.href) return;
    if (named) history.replaceState(history.state, "", addressWith(row));
    else history.pushState({ ...history.state, [OPENED]: true }, "", addressWith(row));
  }

  private sent(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || !this.shown) return;
    event.preventDefault();
    const address = new URL(form.getAttribute("action") ?? "", this.shown);
    void this.send(address, new FormData(form, event.submitter));
  }

  private async send(address: URL, body: FormData): Promise<void> {
    this.panel.setAttribute("aria-busy", "true");
    const answer = await this.answered(fetch(address, { method: "POST", body }));
    this.panel.removeAttribute("aria-busy");
    if (!answer) return;
    if (!this.show(await drawnBy(answer), answer.url)) {
      location.assign(answer.url);
      return;
    }
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

  /** Show the main part of a page that came from an address; false for a page that has none. */
  private show(drawn: Document, address: string): boolean {
    const page = drawn.querySelector<HTMLElement>("main .page");
    if (!page) return false;
    this.shown = new URL(address);
    delete this.body.dataset.typed;
    page.querySelector(".crumbs")?.remove();
    page.classList.remove("page", "page--wide");
    asSecondHeading(page);
    withOwnIds(page, "beside");
    const said = drawn.querySelector(".messages");
    this.body.replaceChildren(...(said ? [said] : []), page);
    const whole = this.panel.querySelector<HTMLAnchorElement>("[data-beside-whole]");
    if (whole) whole.href = address;
    this.panel.hidden = false;
    this.place.classList.add("beside--open");
    this.panel.scrollTop = 0;
    htmx.process(this.body);
    return true;
  }

  private mark(): void {
    for (const link of this.links) {
      const isOpen = link.href === this.row?.href;
      link.closest("tr")?.classList.toggle("is-open", isOpen);
      if (isOpen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  private async drawListAnew(): Promise<void> {
    const answer = await this.answered(fetch(location.href));
    if (!answer?.ok || answer.redirected) return;
    const drawn = await drawnBy(answer);
    for (const part of document.querySelectorAll<HTMLElement>("[data-beside-list], [data-beside-tabs]")) {
      const name = "besideList" in part.dataset ? "[data-beside-list]" : "[data-beside-tabs]";
      const fresh = drawn.querySelector<HTMLElement>(name);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    this.mark();
  }

  private close(): void {
    if (!this.mayLeave()) return;
    this.hide();
    if ((history.state as Record<string, unknown> | null)?.[OPENED]) history.back();
    else history.replaceState(history.state, "", addressWith(undefined));
  }

  private hide(): void {
    const link = this.links.find((one) => one.href === this.row?.href);
    this.row = this.shown = undefined;
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

/** The row that the address names; undefined for none. */
function namedRow(): URL | undefined {
  const named = new URL(location.href).searchParams.get(ROW) ?? "";
  return NUMBERED.test(named) ? new URL(named, location.origin) : undefined;
}

/** The list's address, with which row is open in it. */
function addressWith(row: URL | undefined): URL {
  const address = new URL(location.href);
  if (row) address.searchParams.set(ROW, row.pathname);
  else address.searchParams.delete(ROW);
  address.hash = "";
  return address;
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
