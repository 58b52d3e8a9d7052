// What stands beside the sign of one listing: its price, or how much where no price is known or something is asked.
// Its card in the list writes the same figures (materials/figures.py).
import type { ExpressionSpecification } from "maplibre-gl";
import { localeOfFigures } from "../locales";
import type { Words } from "./settings";
import { get, has } from "./tiles";

const JOINED = "\u00a0";

export function priceOrAmount(words: Words, language: string): ExpressionSpecification {
  const locale = localeOfFigures(language);
  const price = get<"listings">("price");
  const quantity = get<"listings">("quantity");
  const cents = ["case", ["==", ["%", price, 1], 0], 0, 2] as ExpressionSpecification;
  const money = filled(words.euro, {
    number: ["number-format", price, { locale, "min-fraction-digits": cents, "max-fraction-digits": cents }],
  });
  const each = filled(words.each, { euro: money, unit: unitOf(words, "one") });
  const count: ExpressionSpecification = ["number-format", quantity, { locale, "max-fraction-digits": 2 }];
  const unit: ExpressionSpecification = ["case", ["==", quantity, 1], unitOf(words, "one"), unitOf(words, "many")];
  return [
    "case",
    ["all", has<"listings">("price"), ["!=", get<"listings">("kind"), "demand"]],
    ["case", ["==", price, 0], words.free, ["case", has<"listings">("per_unit"), each, money]],
    has<"listings">("quantity"),
    ["concat", count, JOINED, unit],
    "",
  ];
}

/** A text in which expressions stand in place of {names}. */
function filled(text: string, parts: Record<string, ExpressionSpecification>): ExpressionSpecification {
  const pieces = text.split(/\{(\w+)\}/).map((piece, place) => (place % 2 ? (parts[piece] ?? "") : piece));
  return ["concat", ...pieces] as ExpressionSpecification;
}

/** The unit's name after one, or after many: `words` holds them as “one.kg” and “many.kg”. */
function unitOf(words: Record<string, string>, count: "one" | "many"): ExpressionSpecification {
  const start = `${count}.`;
  const units = Object.entries(words).flatMap(([name, word]) =>
    name.startsWith(start) ? [name.slice(start.length), word] : [],
  );
  return ["match", get<"listings">("unit"), ...units, ""] as unknown as ExpressionSpecification;
}
