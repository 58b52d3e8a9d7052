// A sign per kind, the same as in the lists: a crate, a ring, a nut. Drawn here, so that no sprite has to be loaded.
import type { Map as MapLibre } from "maplibre-gl";
import { colour } from "./colours";
import type { Kind } from "./tiles";

const SIZE = 30;
const SCALE = 2;

export function addSigns(map: MapLibre): void {
  for (const kind of ["supply", "demand", "service"] as const) {
    const name = `sign-${kind}`;
    const image = draw(kind);
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: SCALE });
  }
}

function draw(kind: Kind): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser has no canvas to draw signs on.");
  pen.scale(SCALE, SCALE);
  pen.lineJoin = "round";
  pen.fillStyle = colour(kind);
  pen.strokeStyle = colour("paper");
  pen.lineWidth = 2.5;
  outline(pen, kind);
  pen.stroke();
  outline(pen, kind);
  pen.fill("evenodd");
  pen.lineWidth = 1;
  pen.strokeStyle = colour("ink");
  outline(pen, kind);
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function outline(pen: CanvasRenderingContext2D, kind: Kind): void {
  const c = SIZE / 2;
  pen.beginPath();
  if (kind === "supply") {
    pen.rect(c - 8, c - 8, 16, 16);
  } else if (kind === "demand") {
    pen.arc(c, c, 9.5, 0, Math.PI * 2);
    pen.moveTo(c + 4.5, c);
    pen.arc(c, c, 4.5, 0, Math.PI * 2);
  } else {
    const r = 11;
    for (let corner = 0; corner < 6; corner += 1) {
      const angle = (Math.PI / 3) * corner;
      pen.lineTo(c + r * Math.cos(angle), c + r * Math.sin(angle));
    }
    pen.closePath();
    pen.moveTo(c + 4, c);
    pen.arc(c, c, 4, 0, Math.PI * 2);
  }
}
