// What stands beside the sign of one listing: its price, or how much where no price is known or something is asked.
import type { ExpressionSpecification } from "maplibre-gl";
import type { Words } from "./settings";
import { get, has } from "./tiles";

/** Where a language is written as here; English has its euro before the number in Ireland. */
const LOCALES: Record<string, string> = { nl: "nl-BE", fr: "fr-BE", en: "en-IE" };

/** `words` holds “free”, and the name of each unit as “unit.kg”. */
export function priceOrAmount(words: Words, language: string): ExpressionSpecification {
  const locale = LOCALES[language] ?? language;
  const price = get<"listings">("price");
  const money = (digits: number): ExpressionSpecification => [
    "number-format",
    price,
    { locale, currency: "EUR", "min-fraction-digits": digits, "max-fraction-digits": digits },
  ];
  const each: ExpressionSpecification = ["case", has<"listings">("per_unit"), ["concat", " / ", unitOf(words)], ""];
  const asked: ExpressionSpecification = ["concat", ["case", ["==", ["%", price, 1], 0], money(0), money(2)], each];
  const amount: ExpressionSpecification = [
    "concat",
    ["number-format", get<"listings">("quantity"), { locale, "max-fraction-digits": 1 }],
    " ",
    unitOf(words),
  ];
  return [
    "case",
    ["all", has<"listings">("price"), ["!=", get<"listings">("kind"), "demand"]],
    ["case", ["==", price, 0], words.free, asked],
    has<"listings">("quantity"),
    amount,
    "",
  ];
}

function unitOf(words: Record<string, string>): ExpressionSpecification {
  const units = Object.entries(words).flatMap(([name, word]) =>
    name.startsWith("unit.") ? [name.slice("unit.".length), word] : [],
  );
  return ["match", get<"listings">("unit"), ...units, ""] as unknown as ExpressionSpecification;
}
