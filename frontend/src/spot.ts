// Adding on the spot: loaded on that page alone.
import { SpotPage } from "./spot/page";

const root = document.querySelector<HTMLElement>("[data-spot]");
if (root) void new SpotPage(root).start();
