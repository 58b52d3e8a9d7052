// Says which sign the map in the browser gives each kind of element, by the sort of its shape, and how it lies there.
// The expressions are MapLibre's own to reckon. Reads kinds as a list of JSON.
import { readFileSync } from "node:fs";
import { createExpression, latest } from "@maplibre/maplibre-gl-style-spec";
import { build } from "esbuild";

const made = await build({ entryPoints: ["frontend/src/map/kinds.ts"], bundle: true, write: false, format: "esm" });
const code = Buffer.from(made.outputFiles[0].contents).toString("base64");
const { SIGN_LAYOUT } = await import(`data:text/javascript;base64,${code}`);

const kinds = JSON.parse(readFileSync(0, "utf8"));
const signs = Object.entries(SIGN_LAYOUT).map(([sort, layout]) => {
  const { result, value } = createExpression(layout["icon-image"], "layout.icon-image", latest.layout_symbol["icon-image"]);
  if (result !== "success") throw new Error(JSON.stringify(value));
  const names = kinds.map((kind) => String(value.evaluate({ zoom: 12 }, { type: 1, properties: { kind } }, {}, undefined, [])));
  return [sort, { names, placement: layout["symbol-placement"] ?? "point", always: layout["icon-allow-overlap"] }];
});
process.stdout.write(JSON.stringify(Object.fromEntries(signs)));
