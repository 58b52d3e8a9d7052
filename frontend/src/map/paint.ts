// In which colour a layer of a material map draws each element. Nothing here needs a browser.
import type { ExpressionSpecification } from "maplibre-gl";
import { get, has } from "./tiles";

/** How a layer is drawn (maps/style.py); colours by material name every material. */
export interface Style {
  by: "single" | "material" | "kind" | "quantity" | "status";
  color: string;
  colors?: Record<string, string>;
  classes?: { from: number; color: string }[];
  /** In what the classes count, flows by what a year brings; without it each element counts in its own unit. */
  unit?: string;
}

const NAMED = { material: "material", kind: "kind", status: "state" } as const;

/** The colour of an element, as its layer's style says it: what maps/style.py says on paper, a test says of both. */
export function colourOf(style: Style): ExpressionSpecification | string {
  if (style.by === "quantity") {
    const steps = (style.classes ?? []).flatMap((one) => [one.from, one.color]);
    if (steps.length === 0) return style.color;
    const stepped = ["step", get<"elements">("per_year"), style.color, ...steps] as ExpressionSpecification;
    const counts: ExpressionSpecification = style.unit
      ? ["all", has<"elements">("per_year"), ["==", get<"elements">("unit"), style.unit]]
      : has<"elements">("per_year");
    return ["case", counts, stepped, style.color];
  }
  const pairs = Object.entries(style.colors ?? {}).flat();
  if (style.by === "single" || pairs.length === 0) return style.color;
  return ["match", get<"elements">(NAMED[style.by]), ...pairs, style.color] as unknown as ExpressionSpecification;
}
