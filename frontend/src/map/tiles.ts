// What our tiles hold: by layer, the properties that geo/tiles.py and listings/search/tiles.py write.
import type { MapGeoJSONFeature } from "maplibre-gl";
import type { components } from "../api/types";

export type Kind = components["schemas"]["Card"]["kind"];
type RegionKind = components["schemas"]["Region"]["kind"];

interface Properties {
  /** A listing has its id; a cluster stands for `count` of them, by estimation where it is `approximate`. */
  listings: {
    count: number;
    kind: Kind | "mixed";
    id?: number;
    title?: string;
    /** Euro, 0 where it is free; of one unit where it is `per_unit`. */
    price?: number;
    per_unit?: true;
    quantity?: number;
    unit?: string;
    approximate?: true;
  };
  /** Of a material map's layer (maps/tiles.py): an element has its id, a cluster only `count`. */
  elements: {
    id?: number;
    title?: string;
    kind?: "stock" | "flow" | "place";
    state?: "draft" | "review" | "published";
    material?: string;
    quantity?: number;
    /** The same of a stock; of a flow how much comes in a year. */
    per_year?: number;
    unit?: string;
    period?: string;
    count?: number;
    /** Of a cluster whose number a sample tells. */
    approximate?: true;
  };
  hubs: { slug: string; name: string; region: string; kind: RegionKind };
  /** `rank` runs from 1 (a city) to 4 (a village). */
  places: { name: string; name_fr: string; name_en: string; population: number; rank: 1 | 2 | 3 | 4 };
}

/** A property of a layer, as a style asks for it. */
export function get<Layer extends keyof Properties>(name: keyof Properties[Layer] & string): ["get", string] {
  return ["get", name];
}

/** Whether a feature of a layer has a property, as a style asks it. */
export function has<Layer extends keyof Properties>(name: keyof Properties[Layer] & string): ["has", string] {
  return ["has", name];
}

/** The properties of features of a layer. */
export function propertiesOf<Layer extends keyof Properties>(
  features: MapGeoJSONFeature[] | undefined,
): Properties[Layer][] {
  return (features ?? []).map((feature) => feature.properties as Properties[Layer]);
}
