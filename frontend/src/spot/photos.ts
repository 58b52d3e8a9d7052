// Photos of what is in hand: made smaller on the phone before they are kept, shown, taken away again.

import type { Words } from "./words";

interface Limits {
  most: number;
  longestSide: number;
  largestBytes: number;
}

const QUALITY = 0.82;

export class Photos {
  private shown: string[] = [];
  private blobs: Blob[] = [];
  private making: Promise<void> = Promise.resolve();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly template: HTMLTemplateElement,
    private readonly limits: Limits,
    private readonly words: Words,
    private readonly changed: () => void,
  ) {
    this.input.addEventListener("change", () => {
      const files = [...(this.input.files ?? [])];
      // The form itself sends none: what is in hand has them.
      this.input.value = "";
      this.making = this.making.then(() => this.add(files));
    });
  }

  /** Another array once anything of it is another. */
  get all(): Blob[] {
    return this.blobs;
  }

  /** Once all that were taken are there: none of them belongs to what comes in hand next. */
  async made(): Promise<void> {
    for (let last: Promise<void> | null = null; last !== this.making; await last) last = this.making;
  }

  set(photos: Blob[]): void {
    this.blobs = photos;
    this.say("");
    this.draw();
  }

  private get input(): HTMLInputElement {
    return this.form.elements.namedItem("photo") as HTMLInputElement;
  }

  private async add(files: File[]): Promise<void> {
    this.say("");
    for (const file of files) {
      if (this.blobs.length >= this.limits.most) {
        this.say(this.words.of("too_many", { most: this.limits.most }));
        break;
      }
      const photo = await smaller(file, this.limits);
      if (photo) this.blobs = [...this.blobs, photo];
      else this.say(this.words.of("unreadable"));
    }
    this.draw();
    this.changed();
  }

  private draw(): void {
    for (const address of this.shown) URL.revokeObjectURL(address);
    this.shown = this.blobs.map((photo) => URL.createObjectURL(photo));
    const rows = this.shown.map((address, index) => {
      const row = this.template.content.cloneNode(true) as DocumentFragment;
      const image = row.querySelector("img");
      const name = this.words.of("photo", { number: index + 1 });
      if (image) {
        image.src = address;
        image.alt = name;
      }
      const button = row.querySelector("button");
      button?.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${name}`);
      button?.addEventListener("click", () => {
        this.blobs = this.blobs.filter((_photo, at) => at !== index);
        this.draw();
        this.input.focus();
        this.changed();
      });
      return row;
    });
    this.form.querySelector("[data-photos]")?.replaceChildren(...rows);
  }

  private say(words: string): void {
    const place = this.form.querySelector<HTMLElement>("[data-photo-says]");
    if (place) place.textContent = words;
  }
}

/** The photo with no side longer than needed; as it is where the browser can't read it, as of some phones; null past the limit. */
async function smaller(file: File, { longestSide, largestBytes }: Limits): Promise<Blob | null> {
  const asItIs = file.size <= largestBytes && file.type.startsWith("image/") ? file : null;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return made && (!asItIs || made.size < asItIs.size) ? made : asItIs;
  } catch {
    return asItIs;
  }
}
