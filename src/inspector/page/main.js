// Starts the page, and follows its URL: the URL says what is shown.
import { startMenu } from "./actions.js";
import { getJson } from "./api.js";
import { byId } from "./dom.js";
import { list, loadList, showEmptiness, startFeed, stream } from "./feed.js";
import { showConnection, showState } from "./header.js";
import { openHelp } from "./help.js";
import { startKeyboard } from "./keyboard.js";
import { closeDetail, openEntry, refreshNothing } from "./pane.js";
import { startPress } from "./press.js";
import { openResend } from "./resend.js";
import { entryHref, go, latestHref, listHref, readRoute } from "./route.js";
import { showQuery, startSearch } from "./search.js";
import { state } from "./state.js";

async function start() {
  showConnection("connecting");
  for (;;) {
    try {
      state.info = await getJson("/api/state");
      break;
    } catch {
      showConnection("reconnecting");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  showState(state.info);
  startSearch(state.info.mode, setQuery);
  startFeed({ onRows, onLoad: refresh, onCount: refreshNothing, clearSearch: () => setQuery("") });
  startMenu();
  startPress();
  startKeyboard({ list, leave, resend, help: openHelp });
  byId("open-help").addEventListener("click", openHelp);
  document.addEventListener("click", followLink);
  addEventListener("popstate", () => applyRoute(true));
  // A hidden tab needs no connection, of which a browser has six for all its tabs.
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.pause() : stream.resume()));
  applyRoute(false);
}

// Makes another search, for what is open.
function setQuery(query) {
  go(query ? location.pathname + "?" + new URLSearchParams({ q: query }) : location.pathname, true);
  applyRoute(false);
}

// Links within the page change what is shown without loading the page again.
function followLink(event) {
  const link = event.target.closest?.("a[href]");
  const special = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || event.defaultPrevented || special) return;
  if (link.hasAttribute("download") || link.origin !== location.origin) return;
  event.preventDefault();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  go(link.pathname + link.search);
  applyRoute(true);
}

function applyRoute(focus) {
  const before = state.route;
  const route = readRoute();
  state.route = route;
  if (before?.query !== route.query) {
    showQuery(route.query);
    list.query = route.query;
    loadList(true);
  }
  const follow = byId("follow");
  follow.href = route.latest ? listHref(route.query) : latestHref(route.query);
  if (route.latest) follow.setAttribute("aria-current", "page");
  else follow.removeAttribute("aria-current");
  document.body.dataset.view = route.id || route.latest ? "detail" : "list";
  showEmptiness();
  if (route.latest) openEntry("latest", focus);
  else if (route.id) openEntry(route.id, focus && state.shown?.entry.id !== route.id);
  else closeDetail(focus);
}

function onRows(rows, added) {
  const open = state.shown?.entry;
  const concerns = (row) => row.id === open.id || (open.booking_id && row.booking_id === open.booking_id);
  if ((state.route.latest && added) || (open && rows.some(concerns))) refresh();
}

let refreshing = false;
let refreshAgain = false;

// Asks again for what is shown; one request at a time, however many events arrive.
async function refresh() {
  refreshAgain = true;
  if (refreshing) return;
  refreshing = true;
  while (refreshAgain) {
    refreshAgain = false;
    const id = state.route.latest ? "latest" : state.route.id;
    if (id) await openEntry(id, false);
  }
  refreshing = false;
}

// Back to the list, and to the row that was open.
function leave() {
  if (!state.route.id && !state.route.latest) return;
  go(listHref(state.route.query));
  applyRoute(true);
}

// Resends the entry that is open, or that of the row with the focus.
async function resend() {
  const row = document.activeElement.closest(".row");
  if (row && row.dataset.id !== state.shown?.entry.id) {
    go(entryHref(row.dataset.id, state.route.query));
    applyRoute(true);
    if (!(await openEntry(row.dataset.id, true))) return;
  }
  if (state.shown) openResend(state.shown, state.info);
}

start();
