// Where somebody stands: by the phone, by a pin on the map, or typed. Only what the phone said has an accuracy.

import type { Words } from "./words";

/** Metres: near enough to stop looking, and too far off to be taken without a word. */
const GOOD_M = 10;
const ROUGH_M = 100;
/** So long the phone may look for something better. */
const LOOKS_MS = 25_000;
const NO_READING = ["", "denied", "unavailable", "timeout"];

export class Place {
  private watched: number | null = null;
  private timer = 0;
  private best = Number.POSITIVE_INFINITY;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly words: Words,
    private readonly changed: () => void,
  ) {
    const button = form.querySelector<HTMLButtonElement>("[data-here]");
    if (button && "geolocation" in navigator) {
      button.hidden = false;
      button.addEventListener("click", () => this.look());
      this.byHand(false);
    }
    for (const name of ["lat", "lon", "place"]) {
      for (const type of ["input", "change"]) this.field(name).addEventListener(type, () => this.set(name));
    }
  }

  get isSet(): boolean {
    const [lat, lon, place] = ["lat", "lon", "place"].map((name) => this.field(name).value.trim());
    return Boolean((lat && lon) || place);
  }

  /** Nothing is known yet. */
  clear(): void {
    this.stop();
    this.best = Number.POSITIVE_INFINITY;
    this.say("");
    this.byHand(false);
  }

  /** What the fields hold was put there by the page: say so, and show it on the map. */
  show(): void {
    const accuracy = this.field("accuracy_m").value;
    if (accuracy) this.tell(Number(accuracy));
    else if (this.isSet) {
      this.say(this.words.of("by_hand"));
      this.byHand(true);
    }
    this.form.querySelector("werkstof-map")?.dispatchEvent(new CustomEvent("placed"));
  }

  stop(): void {
    if (this.watched !== null) navigator.geolocation.clearWatch(this.watched);
    this.watched = null;
    clearTimeout(this.timer);
  }

  private look(): void {
    this.stop();
    this.best = Number.POSITIVE_INFINITY;
    this.say(this.words.of("searching"));
    this.watched = navigator.geolocation.watchPosition(
      (found) => this.found(found.coords),
      (error) => this.failed(error.code),
      { enableHighAccuracy: true, maximumAge: 0, timeout: LOOKS_MS },
    );
    this.timer = window.setTimeout(() => this.stop(), LOOKS_MS);
  }

  private found({ latitude, longitude, accuracy }: GeolocationCoordinates): void {
    if (accuracy >= this.best) return;
    this.best = accuracy;
    this.field("lat").value = latitude.toFixed(6);
    this.field("lon").value = longitude.toFixed(6);
    this.field("place").value = "";
    this.field("accuracy_m").value = String(Math.ceil(accuracy));
    this.show();
    if (accuracy <= GOOD_M) this.stop();
    this.changed();
  }

  private failed(code: number): void {
    // A reading that there is stays, however long a better one takes.
    if (Number.isFinite(this.best)) return;
    this.stop();
    this.say(this.words.of(NO_READING[code] ?? "unavailable"));
    this.byHand(true);
  }

  /** Somebody set it: the phone's accuracy says nothing about that. */
  private set(name: string): void {
    this.stop();
    this.field("accuracy_m").value = "";
    for (const other of name === "place" ? ["lat", "lon"] : ["place"]) this.field(other).value = "";
    this.say(this.isSet ? this.words.of("by_hand") : "");
    this.changed();
  }

  private tell(accuracy: number): void {
    this.say(this.words.of(accuracy > ROUGH_M ? "rough" : "found", { metres: accuracy }));
    if (accuracy > ROUGH_M) this.byHand(true);
  }

  private say(words: string): void {
    const place = this.form.querySelector<HTMLElement>("[data-reading]");
    if (place) place.textContent = words;
  }

  private byHand(open: boolean): void {
    const details = this.form.querySelector<HTMLDetailsElement>("[data-by-hand]");
    if (details) details.open = open;
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }
}
