// Drawing on a material map: loaded on that page alone. The map comes from map.js; this works with it once it is there.
import { Editor } from "./draw/editor";

document.addEventListener("map-ready", ({ detail }) => {
  const room = detail.element.closest<HTMLElement>(".editor");
  if (room) new Editor(room, detail);
});
