// Says in which colour the map in the browser draws elements: reads {styles, elements} as JSON, with the properties that
// tiles have of each, and writes a list of colours for each style. The expressions are MapLibre's own to reckon.
import { readFileSync } from "node:fs";
import { createExpression, latest } from "@maplibre/maplibre-gl-style-spec";
import { build } from "esbuild";

const made = await build({ entryPoints: ["frontend/src/map/paint.ts"], bundle: true, write: false, format: "esm" });
const code = Buffer.from(made.outputFiles[0].contents).toString("base64");
const { colourOf } = await import(`data:text/javascript;base64,${code}`);

const { styles, elements } = JSON.parse(readFileSync(0, "utf8"));
const hex = (part) => Math.round(part * 255).toString(16).padStart(2, "0");
const painted = styles.map((style) => {
  const { result, value } = createExpression(colourOf(style), "style.layers[0].paint.circle-color", latest.paint_circle["circle-color"]);
  if (result !== "success") throw new Error(JSON.stringify(value));
  return elements.map((properties) => {
    const { r, g, b } = value.evaluate({ zoom: 12 }, { type: 1, properties });
    return `#${hex(r)}${hex(g)}${hex(b)}`;
  });
});
process.stdout.write(JSON.stringify(painted));
