// The page for adding on the spot: what is in the form is kept while it is typed, what is saved waits on the phone, and
// what waits is sent whenever there is a connection and its person is logged in.
import { showToast } from "../behaviour/toasts";
import { Entries, type Entry, FRESH, isBegun, isInReach } from "./entries";
import { Fields } from "./fields";
import { keepPage } from "./keeping";
import { List } from "./list";
import { Photos } from "./photos";
import { Place } from "./place";
import { askWho, sendAll } from "./sending";
import { Says, Words } from "./words";

const TRIES_EACH_MS = 60_000;
/** So long the list names what was sent. */
const SHOWN_MS = 86_400_000;
/** So long after a stroke of a key what is in the form is kept. */
const STROKES_MS = 250;
/** A second tap on the button within this time is of the first. */
const TAPS_MS = 1_000;

/** Start the page. Where the browser keeps nothing, the form goes on as it would without us. */
export async function startSpot(root: HTMLElement): Promise<void> {
  const words = new Words();
  const says = new Says(root, words);
  const form = root.querySelector("form") as HTMLFormElement;
  let page: SpotPage | null = null;
  const place = new Place(form, words, () => void page?.changed());
  const entries = await Entries.open({
    blocked: () => says.say("other_windows"),
    outdated: async () => {
      await page?.changed();
      says.sayWithReload("outdated");
    },
  });
  if (entries instanceof Entries) {
    page = new SpotPage(root, form, words, says, place, entries);
    await page.start();
  } else if (entries === "outdated") says.sayWithReload("outdated");
  else says.say("keeps_nothing");
}

class SpotPage {
  private readonly page: string;
  private readonly person: number;
  private readonly fields: Fields;
  private readonly photos: Photos;
  private readonly list: List;
  private inHand: Entry | null = null;
  /** The photos as they were last written: they are large, and seldom change. */
  private written: Blob[] = [];
  /** Each change is one step, after the one before: none of them comes between the parts of another. */
  private steps: Promise<unknown> = Promise.resolve();
  private stroke = 0;
  private isSaving: boolean = false;
  private savedAt = 0;
  private isKept: boolean = false;
  private worker: Promise<boolean> = Promise.resolve(false);

  constructor(
    private readonly root: HTMLElement,
    private readonly form: HTMLFormElement,
    private readonly words: Words,
    private readonly says: Says,
    private readonly place: Place,
    private readonly entries: Entries,
  ) {
    this.page = root.dataset.spot ?? "";
    this.person = Number(root.dataset.person);
    this.fields = new Fields(form, words);
    const template = (name: string) => root.querySelector(`template[data-${name}]`) as HTMLTemplateElement;
    const { most, longestSide, largestBytes } = root.dataset;
    const limits = { most: Number(most), longestSide: Number(longestSide), largestBytes: Number(largestBytes) };
    this.photos = new Photos(form, template("photo"), limits, words, () => void this.changed());
    this.written = this.photos.all;
    const room = root.querySelector("[data-list]") as HTMLElement;
    this.list = new List(room, template("entry"), words, {
      takeUp: (entry) => void this.takeUp(entry),
      drop: (entry) => void this.drop(entry),
      renew: (entry) => void this.renew(entry),
    });
  }

  async start(): Promise<void> {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    this.form.addEventListener("change", () => void this.changed());
    this.form.addEventListener("input", () => {
      this.forgetStroke();
      this.stroke = window.setTimeout(() => void this.changed(), STROKES_MS);
    });
    this.root.querySelector("[data-sends]")?.addEventListener("click", () => void this.connect(true));
    await this.step(() => this.resume());
    await this.draw();
    this.follow();
    this.root.dataset.started = "yes";
    this.worker = this.startWorker();
    await this.connect();
  }

  // ---- in hand ----

  /** Keep what is in the form by now. */
  changed(): Promise<unknown> {
    this.forgetStroke();
    return this.step(() => this.write());
  }

  /** Keep the last strokes, if they aren't yet: the page may go. */
  private leaving(): void {
    if (this.stroke !== 0) void this.changed();
  }

  private forgetStroke(): void {
    clearTimeout(this.stroke);
    this.stroke = 0;
  }

  /** Do something once all that was begun before is done; null where it couldn't be kept, which is said. */
  private step<What>(act: () => Promise<What>): Promise<What | null> {
    const done = this.steps.then(act).catch((error: unknown) => {
      this.says.sayWhyNot(error);
      return null;
    });
    this.steps = done;
    return done;
  }

  /** Go on with what was in the form when the page went away. */
  private async resume(): Promise<void> {
    const all = await this.entries.of(this.person);
    for (const entry of all) {
      if (entry.state === "stored" && Date.now() - Date.parse(entry.at) > SHOWN_MS)
        await this.entries.remove(entry.key);
    }
    const begun = all.find(({ state }) => state === "begun");
    const asked = new URLSearchParams(location.search).get("laag");
    if (asked) this.fields.chooseLayer(asked);
    if (begun) this.hold(begun, await this.entries.photosOf(begun.key));
  }

  /** Write what is in the form; where that is nothing, what was kept of it goes. */
  private async write(): Promise<void> {
    const { inHand, fields } = this;
    if (fields.areEmpty && this.photos.all.length === 0) {
      this.inHand = null;
      if (inHand) await this.entries.remove(inHand.key, isBegun);
      return;
    }
    this.inHand = {
      ...FRESH,
      key: inHand?.key ?? crypto.randomUUID(),
      person: this.person,
      at: new Date().toISOString(),
      state: "begun",
      title: fields.title,
      layer: fields.layer,
      fields: fields.all,
      refusals: inHand?.refusals ?? [],
      address: "",
      words: "",
      tried: inHand?.tried ?? false,
    };
    await this.put(this.inHand);
  }

  private async put(entry: Entry): Promise<void> {
    const photos = this.photos.all;
    if (!(await this.entries.keep(entry, photos, photos === this.written))) {
      // What another window saved stays as it was saved: this is one of its own.
      this.inHand = { ...entry, key: crypto.randomUUID(), tried: false };
      await this.entries.keep(this.inHand, photos, false);
    }
    this.written = photos;
  }

  private hold(entry: Entry, photos: Blob[]): void {
    this.form.reset();
    this.place.clear();
    this.fields.fill(entry.fields);
    this.photos.set(photos);
    this.written = photos;
    this.place.show();
    this.inHand = entry;
    this.fields.complain(entry.refusals.map(({ label, words }) => (label ? `${label}: ${words}` : words)));
    this.fields.tell();
  }

  private async save(): Promise<void> {
    const isSecondTap = Date.now() - this.savedAt < TAPS_MS && this.fields.areEmpty;
    if (this.isSaving || isSecondTap) return;
    this.isSaving = true;
    const isKept = await this.step(() => this.keepWhole());
    this.isSaving = false;
    if (!isKept) return;
    this.savedAt = Date.now();
    showToast(this.words.of("kept"));
    await this.draw();
    void navigator.storage?.persist?.();
    void this.wakeLater();
    await this.connect();
  }

  /** Have what is in hand wait, if it is whole, and empty the form: one step. */
  private async keepWhole(): Promise<boolean> {
    await this.photos.made();
    await this.write();
    const missing = this.fields.missing(this.place.isSet);
    this.fields.complain(missing.map(([words]) => words));
    const [first] = missing;
    if (first) {
      first[1]?.focus();
      return false;
    }
    if (!this.inHand) return false;
    // From now on no better reading of the phone changes what is kept.
    this.place.stop();
    await this.write();
    await this.put({ ...this.inHand, state: "waiting", refusals: [] });
    this.letGo();
    return true;
  }

  /** An empty form, for the next one in the same layer. */
  private letGo(): void {
    this.forgetStroke();
    this.inHand = null;
    this.fields.empty();
    this.photos.set([]);
    this.written = this.photos.all;
    this.place.clear();
    this.fields.tell();
    this.root.querySelector("h1")?.scrollIntoView();
  }

  // ---- what was kept ----

  private async takeUp(entry: Entry): Promise<void> {
    if (entry.tried && (await this.cameThrough(entry))) return;
    const held = await this.step(async () => {
      // What is in hand stays as it is, and its photos with it.
      await this.photos.made();
      await this.write();
      const taken = await this.entries.change(entry.key, isInReach, { state: "begun" });
      if (taken) this.hold(taken, await this.entries.photosOf(entry.key));
      return taken;
    });
    await this.draw();
    if (held) this.fields.focus();
  }

  /** Whether the server has it, though its answer never came: mended here, it would be refused. */
  private async cameThrough({ key, title }: Entry): Promise<boolean> {
    const who = await askWho(this.page, key);
    if (who?.person !== this.person || !who.stored) return false;
    const { stored } = who;
    await this.step(() =>
      this.entries.change(key, isInReach, { state: "stored", fields: [], refusals: [], sentBefore: false, ...stored }),
    );
    showToast(`${this.words.of("stored_already", { title })} ${stored.words}`);
    await this.draw();
    return true;
  }

  private async drop({ key, title }: Entry): Promise<void> {
    if (!window.confirm(this.words.of("drop", { title: title || this.words.of("untitled") }))) return;
    await this.step(() => this.entries.remove(key, isInReach));
    await this.draw();
  }

  private async renew({ key }: Entry): Promise<void> {
    await this.step(() => this.entries.renew(key));
    await this.draw();
    await this.connect();
  }

  // ---- the connection ----

  private follow(): void {
    window.addEventListener("online", () => void this.connect(true));
    window.addEventListener("offline", () => this.says.say("away"));
    window.addEventListener("pagehide", () => this.leaving());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.connect();
      else this.leaving();
    });
    window.setInterval(() => {
      if (this.root.querySelector('[data-entry-state="waiting"], [data-entry-state="sending"]')) void this.connect();
    }, TRIES_EACH_MS);
    new BroadcastChannel("werkstof-spot").addEventListener("message", () => void this.draw());
  }

  /**
   * Send what waits, if its person is logged in; and once for each opening keep the page as it is now. `now` is where
   * something changed, so that what didn't get through before is tried again at once.
   */
  private async connect(now = false): Promise<void> {
    const who = await askWho(this.page);
    if (!who) {
      this.says.say("away");
      return;
    }
    if (who.person !== this.person) {
      if (who.person === null) this.sayWhoIsOut();
      else this.says.sayWithReload("other_person");
      return;
    }
    this.says.say("");
    try {
      const outcome = await sendAll(this.page, who, this.entries, () => void this.draw(), now);
      if (outcome === "signed-out") this.sayWhoIsOut();
      else if (outcome !== "done") this.says.say(outcome);
    } catch (error) {
      this.says.sayWhyNot(error);
    }
    await this.draw();
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

  private async draw(): Promise<void> {
    try {
      const all = await this.entries.of(this.person);
      const others = await this.entries.ofOthers(this.person);
      this.list.draw(
        all.filter(({ key }) => key !== this.inHand?.key),
        others,
      );
    } catch (error) {
      this.says.sayWhyNot(error);
    }
  }

  private sayWhoIsOut(): void {
    this.says.say("signed_out", { name: "sign_in", address: this.root.dataset.login ?? "" });
  }
}
