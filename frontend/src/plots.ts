// Fetched where a page has plots (behaviour/plots.ts). What they draw stands in a table beside them.
import { barX, barY, dot, type Markish, type PlotOptions, plot, ruleX, ruleY } from "@observablehq/plot";
import { localeOfFigures } from "./locales";

interface Row {
  label: string;
  confirmed: number;
  oneSided: number;
  low: number;
  middle: number;
  high: number;
}

const FULL = { fill: "var(--accent)" };
const OUTLINED = { fill: "var(--paper)", stroke: "var(--accent)", strokeWidth: 1.5 };

/** Numbers as the tables beside the plots write them. */
const IN_WORDS = new Intl.NumberFormat(localeOfFigures(document.documentElement.lang), { maximumFractionDigits: 1 });
const inWords = (value: number): string => IN_WORDS.format(value);

/** Rows of a table. `full` and `outlined` name the data attributes of both parts of a bar; there may be no second. */
function rowsOf(id: string, full = "confirmed", outlined = "oneSided"): Row[] {
  const found = document.querySelectorAll<HTMLElement>(`#${CSS.escape(id)} > tr`);
  return [...found].map(({ dataset }) => ({
    label: dataset.label ?? "",
    confirmed: Number(dataset[full]),
    oneSided: Number(dataset[outlined] ?? 0),
    low: Number(dataset.low),
    middle: Number(dataset.middle),
    high: Number(dataset.high),
  }));
}

function optionsFor(kind: string, rows: Row[], width: number): PlotOptions {
  // Where the emissions aren't known, there is no point.
  const known = rows.filter((row) => !Number.isNaN(row.middle));
  const labels = rows.map((row) => row.label);
  const style = { background: "none", color: "var(--ink)", fontFamily: "inherit", fontSize: "13px" };
  const shared: PlotOptions = { width, style, marginLeft: 60, marginBottom: 36 };
  if (kind === "weight-across" || kind === "two-across") {
    const marks: Markish[] =
      kind === "two-across"
        ? [
            barX(rows, { y: "label", x1: 0, x2: "confirmed", insetBottom: 13, ...FULL }),
            barX(rows, { y: "label", x1: 0, x2: "oneSided", insetTop: 13, ...OUTLINED }),
            ruleX([0]),
          ]
        : [
            barX(rows, { y: "label", x1: 0, x2: "confirmed", ...FULL }),
            barX(rows, { y: "label", x1: "confirmed", x2: (row: Row) => row.confirmed + row.oneSided, ...OUTLINED }),
            ruleX([0]),
          ];
    const longest = Math.max(...labels.map((label) => label.length));
    return {
      ...shared,
      marginLeft: Math.min(width * 0.45, 24 + longest * 7),
      height: 50 + rows.length * 28,
      // Millions of kilos stand beside each other: fewer marks than there would be room for shorter numbers.
      x: { label: null, grid: true, ticks: Math.max(2, Math.floor(width / 140)), tickFormat: inWords },
      y: { label: null, domain: labels },
      marks,
    };
  }
  const x = { label: null, domain: labels, tickRotate: rows.length > width / 70 ? -40 : 0 };
  const marks: Markish[] =
    kind === "weight"
      ? [
          barY(rows, { x: "label", y1: 0, y2: "confirmed", ...FULL }),
          barY(rows, { x: "label", y1: "confirmed", y2: (row: Row) => row.confirmed + row.oneSided, ...OUTLINED }),
          ruleY([0]),
        ]
      : [
          ruleX(known, { x: "label", y1: "low", y2: "high", stroke: "var(--accent)", strokeWidth: 2 }),
          dot(known, { x: "label", y: "middle", fill: "var(--accent)", r: 5 }),
          ruleY([0]),
        ];
  return {
    ...shared,
    height: 240,
    marginBottom: x.tickRotate ? 56 : 36,
    x,
    y: { label: null, grid: true, tickFormat: inWords },
    marks,
  };
}

const weights = (row: Row): number[] => [row.confirmed, row.oneSided];

export function draw(place: HTMLElement): void {
  const { plot: kind = "", rows: id = "", full, outlined } = place.dataset;
  const rows = rowsOf(id, full, outlined);
  const figures = kind === "range" ? rows.flatMap((row) => [row.low, row.high]) : rows.flatMap(weights);
  if (figures.every((figure) => !figure)) {
    place.closest("figure")?.setAttribute("hidden", "");
    return;
  }
  const drawn = plot(optionsFor(kind, rows, place.clientWidth));
  // The page's policy takes styles from files alone: what this one says stands in plots.css.
  drawn.querySelector("style")?.remove();
  place.replaceChildren(drawn);
}
