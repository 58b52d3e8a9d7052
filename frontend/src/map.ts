// On pages with a map only.
import { WerkstofMap } from "./map/element";

customElements.define("werkstof-map", WerkstofMap);
