// Bundles TypeScript and CSS into frontend/static/build/, under fixed names: Django's storage adds the hashes.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "static", "build");
const packages = createRequire(import.meta.url);
const folderOf = (name) => dirname(packages.resolve(`${name}/package.json`));

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "fonts"), { recursive: true });

const shared = {
  bundle: true,
  minify: true,
  target: ["es2022"],
  legalComments: "linked",
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: Object.fromEntries(
    ["app", "map", "draw", "plots", "spot"].map((name) => [name, join(here, `src/${name}.ts`)]),
  ),
  outdir: out,
  format: "esm",
});
// A service worker is a classic script: the one that the page registers imports it.
await build({
  ...shared,
  entryPoints: { "spot-worker": join(here, "src/spot-worker.ts") },
  outdir: out,
  format: "iife",
});
await build({
  ...shared,
  entryPoints: { "map-worker": join(folderOf("maplibre-gl"), "dist/maplibre-gl-worker.mjs") },
  outdir: out,
  format: "esm",
});
await build({
  ...shared,
  entryPoints: Object.fromEntries(
    ["app", "map", "draw", "spot"].map((name) => [name, join(here, `src/styles/${name}.css`)]),
  ),
  outdir: out,
  external: ["*.woff2"],
});
await copyFonts();
await drawSprite();

/** The two weights, in the two subsets that Dutch, French and our neighbours' names need. */
async function copyFonts() {
  for (const subset of ["latin", "latin-ext"]) {
    for (const weight of [400, 600]) {
      const name = `ibm-plex-sans-${subset}-${weight}-normal.woff2`;
      await copyFile(join(folderOf("@fontsource/ibm-plex-sans"), "files", name), join(out, "fonts", name));
    }
  }
}

/** One SVG with a <symbol> for each icon that src/icons.json names, and for our own signs. */
async function drawSprite() {
  const names = JSON.parse(await readFile(join(here, "src/icons.json"), "utf8"));
  const symbols = [];
  for (const name of names) {
    const svg = await readFile(join(folderOf("lucide-static"), "icons", `${name}.svg`), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
        `stroke-linecap="round" stroke-linejoin="round">${body.replace(/\s+/g, " ").trim()}</symbol>`,
    );
  }
  const signs = await readFile(join(here, "src/signs.svg"), "utf8");
  symbols.push(signs.slice(signs.indexOf("<symbol"), signs.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim());
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}
