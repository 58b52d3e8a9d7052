// What events carry, ours and htmx's, so that nobody who listens has to guess.

/** A request that htmx is about to send. */
interface Asking {
  elt: Element;
  headers: Record<string, string>;
  formData: FormData;
  triggeringEvent?: Event;
}

/** A request that htmx has sent; without `xhr` it never left. */
interface Asked {
  elt: Element;
  successful: boolean;
  xhr?: XMLHttpRequest;
}

/** A part of an answer that goes elsewhere on the page. */
interface Swapped {
  target: Element;
}

interface GlobalEventHandlersEventMap {
  /** A map has drawn its layers, and is there to be worked with. */
  "map-ready": CustomEvent<import("./map/stage").Stage>;
  "htmx:oobBeforeSwap": CustomEvent<Swapped>;
  "htmx:oobAfterSwap": CustomEvent<Swapped>;
  "htmx:configRequest": CustomEvent<Asking>;
  "htmx:afterRequest": CustomEvent<Asked>;
  "htmx:sendError": CustomEvent<Asked>;
  "htmx:responseError": CustomEvent<Asked>;
  "htmx:timeout": CustomEvent<Asked>;
  /** The server says something short, by its header HX-Trigger. */
  toast: CustomEvent<{ text?: string }>;
  /** All rows of a page were ticked at once, or none. */
  "ticks-changed": CustomEvent;
  /** Somebody moved the map: the box that it shows, as "west,south,east,north". */
  "map-moved": CustomEvent<{ bbox: string }>;
}
