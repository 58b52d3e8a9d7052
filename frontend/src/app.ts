// On every page: htmx, menus, type-ahead fields, toasts. Each works on what the server drew, and nothing needs it.
import htmx from "htmx.org";
import { startAnchors } from "./behaviour/anchors";
import { startBeside } from "./behaviour/beside";
import { startColors } from "./behaviour/colors";
import { startCombos } from "./behaviour/combo";
import { startDependents } from "./behaviour/dependents";
import { startForms } from "./behaviour/forms";
import { startMaps } from "./behaviour/maps";
import { startMenus } from "./behaviour/menus";
import { startPhotos } from "./behaviour/photos";
import { startPlacing } from "./behaviour/placing";
import { startPlots } from "./behaviour/plots";
import { startPostalCodes } from "./behaviour/postal";
import { startPrinting } from "./behaviour/printing";
import { startSearch } from "./behaviour/search";
import { startSession } from "./behaviour/session";
import { startSheets } from "./behaviour/sheets";
import { startTicking } from "./behaviour/ticking";
import { startToasts } from "./behaviour/toasts";
import { startWeights } from "./behaviour/weights";
import { forgetOthers } from "./spot/keeping";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
// A refused form comes back with its errors: show it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(00|22)", swap: true },
  { code: "[45]..", swap: false, error: true },
];

startAnchors();
startMenus();
startToasts();
startSession();
startSearch();
void forgetOthers(document.body.dataset.person ?? "");
htmx.onLoad((element) => {
  const root = element as HTMLElement;
  startBeside(root);
  startColors(root);
  startCombos(root);
  startForms(root);
  startMaps(root);
  startPhotos(root);
  startPlacing(root);
  startPlots(root);
  startPostalCodes(root);
  startPrinting(root);
  startSheets(root);
  startTicking(root);
  startDependents(root);
  startWeights(root);
});
