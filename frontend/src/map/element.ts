import {
  AttributionControl,
  Map as MapLibre,
  NavigationControl,
  type RequestParameters,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import { startAmounts } from "./amounts";
import { startChain } from "./chain";
import { calm, onThemeChange } from "./colours";
import { startCurated, startDrawn } from "./curated";
import { startFlows } from "./flows";
import { startPick } from "./pick";
import { startPoint } from "./point";
import { startRegion, startRegions } from "./region";
import { startSearchMap } from "./search";
import { type Settings, settingsOf } from "./settings";
import type { Stage } from "./stage";
import { recolour, styleOf } from "./style";
import { addSigns } from "./symbols";
import { startTable } from "./table";

const MODES: Record<string, (stage: Stage) => void> = {
  search: startSearchMap,
  point: startPoint,
  region: startRegion,
  regions: startRegions,
  chain: startChain,
  flows: startFlows,
  amounts: startAmounts,
  curated: startCurated,
  table: startTable,
  draw: startDrawn,
  pick: startPick,
};

/** <werkstof-map data-mode="…">: a map that starts when it first comes into view. What it shows is in its data attributes. */
export class WerkstofMap extends HTMLElement {
  private map: MapLibre | null = null;
  private seen: IntersectionObserver | null = null;
  private forget: (() => void) | null = null;

  connectedCallback(): void {
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.seen?.disconnect();
      void this.start();
    });
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
    this.forget?.();
    this.map?.remove();
    this.map = null;
  }

  private async start(): Promise<void> {
    const settings = settingsOf(this);
    if (settings.worker) setWorkerUrl(new URL(settings.worker, location.href).href);
    try {
      await fontsReady();
      this.map = new MapLibre({
        container: this.room(),
        style: await styleOf(settings, this.dataset.query ?? null),
        locale: settings.words,
        minZoom: 6,
        maxZoom: 17,
        maxBounds: [0.5, 49, 8, 53],
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        rollEnabled: false,
        attributionControl: false,
        fadeDuration: calm() ? 0 : 200,
        cooperativeGestures: !["search", "draw"].includes(settings.mode),
        // In somebody else's page whoever looks is a stranger, also to a site beside ours.
        ...(this.dataset.links === "elsewhere" ? { transformRequest: asStranger } : {}),
        ...(settings.point
          ? { center: settings.point, zoom: settings.zoom }
          : { bounds: settings.home, fitBoundsOptions: { padding: 16 } }),
      });
    } catch {
      this.excuse(settings);
      return;
    }
    const map = this.map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    // The element is the landmark; what is drawn in it takes keys of its own.
    map.getCanvas().setAttribute("role", "application");
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    map.addControl(
      new AttributionControl({ compact: false, customAttribution: settings.attribution }),
      "bottom-right",
    );
    const stage: Stage = { element: this, map, settings };
    map.once("style.load", () => addSigns(map));
    map.once("load", () => {
      MODES[settings.mode]?.(stage);
      this.dataset.ready = "yes";
      this.dispatchEvent(new CustomEvent("map-ready", { bubbles: true, detail: stage }));
    });
    this.forget = onThemeChange((fresh) => recolour(map, fresh));
  }

  private room(): HTMLElement {
    const room = document.createElement("div");
    room.style.position = "absolute";
    room.style.inset = "0";
    this.append(room);
    return room;
  }

  /** A browser without WebGL gets words: the list says the same. */
  private excuse(settings: Settings): void {
    const words = document.createElement("p");
    words.className = "mapfallback";
    words.textContent = settings.words.none;
    this.append(words);
  }
}

/** Without cookies: fetch() knows how, to which MapLibre hands this on; its own types name other ways alone. */
function asStranger(url: string): RequestParameters {
  return { url, credentials: "omit" as string as NonNullable<RequestParameters["credentials"]> };
}

/** Labels are drawn from the page's own font: wait for it, but not for long. */
async function fontsReady(): Promise<void> {
  const loaded = document.fonts.load('400 16px "IBM Plex Sans"');
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, 1500))]);
}
