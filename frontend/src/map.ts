// Fetched once a map is wanted (behaviour/maps.ts).
import { WerkstofMap } from "./map/element";

customElements.define("werkstof-map", WerkstofMap);
