// Adding on the spot: loaded on that page alone.
import { startSpot } from "./spot/page";

const root = document.querySelector<HTMLElement>("[data-spot]");
if (root) void startSpot(root);
