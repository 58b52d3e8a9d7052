// The page for adding on the spot: what is in the form is kept while it is typed, what is saved waits on the phone, and
// what waits is sent whenever there is a connection and its person is logged in.
import { json } from "../attributes";
import { showToast } from "../behaviour/toasts";
import { fieldsOf, fill } from "../draw/filling";
import { Entries, type Entry } from "./entries";
import { keepPage } from "./keeping";
import { List } from "./list";
import { Photos } from "./photos";
import { Place } from "./place";
import { askWho, sendAll } from "./sending";
import { Words } from "./words";

/** What the entry itself says, and who sends it. */
const OWN = ["key", "noted_at"];
/** Fields of which one at least makes it something to keep. */
const TELLING = ["title", "description", "quantity", "material", "lat", "lon", "place"];
const TRIES_EACH_MS = 60_000;
/** So long the list names what is on the map. */
const SHOWN_MS = 86_400_000;

export class SpotPage {
  private readonly words = new Words();
  private readonly page: string;
  private readonly person: number;
  private readonly form: HTMLFormElement;
  private readonly place: Place;
  private readonly photos: Photos;
  private readonly list: List;
  private entries: Entries | null = null;
  private inHand: Entry | null = null;
  /** Changes are written one after the other: the last one stands. */
  private writing: Promise<unknown> = Promise.resolve();
  private isKept: boolean = false;
  private worker: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly root: HTMLElement) {
    this.page = root.dataset.spot ?? "";
    this.person = Number(root.dataset.person);
    this.form = root.querySelector("form") as HTMLFormElement;
    const template = (name: string) => root.querySelector(`template[data-${name}]`) as HTMLTemplateElement;
    const { most, longestSide, largestBytes } = root.dataset;
    const limits = { most: Number(most), longestSide: Number(longestSide), largestBytes: Number(largestBytes) };
    const changed = () => void this.changed();
    this.place = new Place(this.form, this.words, changed);
    this.photos = new Photos(this.form, template("photo"), limits, this.words, changed);
    const room = root.querySelector("[data-list]") as HTMLElement;
    this.list = new List(room, template("entry"), this.words, {
      takeUp: (entry) => void this.takeUp(entry),
      drop: (entry) => void this.drop(entry),
    });
  }

  async start(): Promise<void> {
    this.entries = await Entries.open();
    if (!this.entries) {
      // The form goes on as it would without us.
      this.say(this.words.of("keeps_nothing"));
      return;
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    for (const type of ["input", "change"]) this.form.addEventListener(type, () => void this.changed());
    this.root.querySelector("[data-sends]")?.addEventListener("click", () => void this.connect());
    await this.resume();
    this.follow();
    this.root.dataset.started = "yes";
    this.worker = this.startWorker();
    await this.connect();
  }

  // ---- in hand ----

  /** Go on with what was in the form when the page went away. */
  private async resume(): Promise<void> {
    const all = (await this.entries?.of(this.person)) ?? [];
    for (const entry of all) {
      if (entry.state === "stored" && Date.now() - Date.parse(entry.at) > SHOWN_MS)
        await this.entries?.remove(entry.key);
    }
    const begun = all.find(({ state }) => state === "begun");
    const asked = new URLSearchParams(location.search).get("laag");
    if (asked) this.choose("layer", asked);
    if (begun) this.hold(begun);
    await this.draw();
  }

  private changed(): Promise<unknown> {
    this.writing = this.writing.then(() => this.write()).catch(() => this.say(this.words.of("full")));
    return this.writing;
  }

  /** Keep what is in the form; where that is nothing, what was kept of it goes. */
  private async write(): Promise<void> {
    const fields = fieldsOf(this.form).filter(([name]) => !OWN.includes(name));
    const isEmpty = this.photos.all.length === 0 && !fields.some(([name, typed]) => TELLING.includes(name) && typed);
    if (isEmpty) {
      if (this.inHand) await this.entries?.remove(this.inHand.key);
      this.inHand = null;
      return;
    }
    const value = (name: string) => fields.find(([known]) => known === name)?.[1] ?? "";
    this.inHand = {
      key: this.inHand?.key ?? crypto.randomUUID(),
      person: this.person,
      at: new Date().toISOString(),
      state: "begun",
      title: value("title").trim(),
      layer: this.layerNamed(value("layer")),
      fields,
      photos: this.photos.all,
      refusals: this.inHand?.refusals ?? [],
      address: "",
      words: "",
    };
    await this.entries?.put(this.inHand);
  }

  private hold(entry: Entry): void {
    this.form.reset();
    this.place.clear();
    fill(this.form, entry.fields);
    this.nameMaterial();
    this.photos.set(entry.photos);
    this.place.show();
    this.inHand = entry;
    this.complain(entry.refusals.map(({ label, words }) => (label ? `${label}: ${words}` : words)));
    // What depends on a choice follows it.
    this.form.dispatchEvent(new Event("change"));
  }

  private async save(): Promise<void> {
    await this.changed();
    const missing = this.missing();
    this.complain(missing.map(([words]) => words));
    const [first] = missing;
    if (first) {
      first[1]?.focus();
      return;
    }
    if (!this.inHand) return;
    try {
      await this.entries?.put({ ...this.inHand, state: "waiting", refusals: [] });
    } catch {
      this.say(this.words.of("full"));
      return;
    }
    this.letGo();
    showToast(this.words.of("kept"));
    await this.draw();
    void navigator.storage?.persist?.();
    void this.wakeLater();
    await this.connect();
  }

  /** What has to be there before it can wait; the server says the rest. */
  private missing(): [words: string, field: HTMLElement | null][] {
    const title = this.form.elements.namedItem("title") as HTMLInputElement;
    const found: [string, HTMLElement | null][] = [];
    if (!this.place.isSet) found.push([this.words.of("no_place"), this.form.querySelector("[data-here]")]);
    if (!title.value.trim()) found.push([this.words.of("no_title"), title]);
    return found;
  }

  /** An empty form, for the next one in the same layer. */
  private letGo(): void {
    const [layer, submit] = ["layer", "submit"].map((name) => this.form.elements.namedItem(name));
    const kept = [(layer as HTMLSelectElement).value, (submit as HTMLInputElement).checked] as const;
    this.inHand = null;
    this.form.reset();
    this.choose("layer", kept[0]);
    (submit as HTMLInputElement).checked = kept[1];
    for (const name of ["material", "accuracy_m"]) (this.form.elements.namedItem(name) as HTMLInputElement).value = "";
    this.photos.set([]);
    this.place.clear();
    this.form.dispatchEvent(new Event("change"));
    this.root.querySelector("h1")?.scrollIntoView();
  }

  private async takeUp(entry: Entry): Promise<void> {
    await this.changed();
    const held: Entry = { ...entry, state: "begun" };
    await this.entries?.put(held);
    this.hold(held);
    await this.draw();
    this.form.scrollIntoView();
    (this.form.elements.namedItem("title") as HTMLInputElement).focus();
  }

  private async drop(entry: Entry): Promise<void> {
    const asked = this.words.of("drop", { title: entry.title || this.words.of("untitled") });
    if (!window.confirm(asked)) return;
    await this.entries?.remove(entry.key);
    await this.draw();
  }

  // ---- the connection ----

  private follow(): void {
    const again = () => void this.connect();
    window.addEventListener("online", again);
    window.addEventListener("offline", () => this.say(this.words.of("away")));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") again();
    });
    window.setInterval(() => {
      if (this.root.querySelector('[data-entry-state="waiting"], [data-entry-state="sending"]')) again();
    }, TRIES_EACH_MS);
    new BroadcastChannel("werkstof-spot").addEventListener("message", () => void this.draw());
  }

  /** Send what waits, if its person is logged in; and once for each opening keep the page as it is now. */
  private async connect(): Promise<void> {
    const who = await askWho(this.page);
    if (!who) {
      this.say(this.words.of("away"));
      return;
    }
    if (who.person !== this.person) {
      if (who.person === null) this.sayWhoIsOut();
      else this.say(this.words.of("other_person"), { words: this.words.of("reload"), address: this.page });
      return;
    }
    this.say("");
    if (this.entries) {
      const outcome = await sendAll(this.page, who, this.entries, () => void this.draw());
      if (outcome === "away") this.say(this.words.of("away"));
      if (outcome === "signed-out") this.sayWhoIsOut();
      await this.draw();
    }
    if (this.isKept) return;
    this.isKept = (await keepPage(this.page, this.person)) && (await this.worker);
    const ready = this.root.querySelector<HTMLElement>("[data-ready]");
    if (ready) ready.hidden = !this.isKept;
  }

  /** Whether the browser will open this page without a connection, once there is a copy. */
  private async startWorker(): Promise<boolean> {
    const { worker } = this.root.dataset;
    if (!worker || !("serviceWorker" in navigator)) return false;
    try {
      await navigator.serviceWorker.register(worker, { scope: this.page });
      await navigator.serviceWorker.ready;
      return true;
    } catch {
      return false;
    }
  }

  /** Where the browser can, have it wake the worker once there is a connection, with this page closed. */
  private async wakeLater(): Promise<void> {
    const found = await navigator.serviceWorker?.getRegistration(this.page);
    const { sync } = (found ?? {}) as { sync?: { register(name: string): Promise<void> } };
    await sync?.register("send").catch(() => undefined);
  }

  // ---- what it says ----

  private async draw(): Promise<void> {
    if (!this.entries) return;
    const all = await this.entries.of(this.person);
    const others = await this.entries.ofOthers(this.person);
    this.list.draw(
      all.filter(({ key }) => key !== this.inHand?.key),
      others,
    );
  }

  private sayWhoIsOut(): void {
    const link = { words: this.words.of("sign_in"), address: this.root.dataset.login ?? "" };
    this.say(this.words.of("signed_out"), link);
  }

  private say(words: string, link?: { words: string; address: string }): void {
    const place = this.root.querySelector<HTMLElement>("[data-says]");
    const whole = link ? `${words} ${link.words}` : words;
    // Said once, it isn't read out again.
    if (!place || place.textContent === whole) return;
    place.textContent = words;
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = link.address;
    anchor.textContent = link.words;
    place.append(" ", anchor);
  }

  private complain(lines: string[]): void {
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

  private nameMaterial(): void {
    const code = (this.form.elements.namedItem("material") as HTMLInputElement).value;
    const row = json<string[][]>("brought-materials")?.find(([known]) => known === code);
    const shown = document.getElementById("material-name") as HTMLInputElement;
    shown.value = row?.[1] ?? "";
  }

  private choose(name: string, value: string): void {
    const select = this.form.elements.namedItem(name) as HTMLSelectElement;
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  }

  private layerNamed(value: string): string {
    const select = this.form.elements.namedItem("layer") as HTMLSelectElement;
    return [...select.options].find((option) => option.value === value)?.textContent ?? "";
  }
}
