// Puts the parts together: the URL says what is shown, the stream says what changes.
import { detailActions, startMenu } from "./actions.js";
import { announceNew } from "./announce.js";
import { entryPath, getJson } from "./api.js";
import { byId, icon, make, replaceContent } from "./dom.js";
import { detailTitle, showDetail } from "./detail.js";
import { emptyNodes } from "./empty.js";
import { Entries } from "./entries.js";
import { showConnection, showState } from "./header.js";
import { openHelp } from "./help.js";
import { startKeyboard } from "./keyboard.js";
import { List } from "./list.js";
import { openResend } from "./resend.js";
import { go, latestHref, listHref, readRoute } from "./route.js";
import { titleOf } from "./rows.js";
import { showQuery, showSearchProblem, startSearch } from "./search.js";
import { Stream } from "./stream.js";
import { visibleString } from "./visible.js";
import { count, entryWord, sizeOf } from "./words.js";

const firstPage = 200;
const pageSize = 5000;
const loadedAtOnce = 25000; // more rows are loaded when the list is scrolled to their place

const entries = new Entries();
const list = new List(byId("scroller"), entries);
const stream = new Stream(onConnection, onEvent);
let info = null;
let route = null;
let shown = null; // the entry in the detail
let matching = 0;
let unseen = 0;
let nothingShown = ""; // why there is no detail, if there is a reason
let loads = 0;
let opens = 0;
let loaded = false;
let loadingMore = false;
let arrived = []; // rows that wait for the next frame
let arrivalTimer = null;

async function start() {
  showConnection("connecting");
  for (;;) {
    try {
      info = await getJson("/api/state");
      break;
    } catch {
      showConnection("reconnecting");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  showState(info);
  startSearch(info.mode, (query) => navigate(shown && route.id ? location.pathname : route.latest ? "/latest" : "/", query, { replace: true }));
  startMenu(() => info, () => route.query);
  startKeyboard({ list, openEntry: (id) => navigate("/entries/" + encodeURIComponent(id)), leave, resend: () => shown && openResend(shown, info), help: openHelp });
  byId("scroller").addEventListener("scroll", () => list.atTop && showUnseen(0), { passive: true });
  byId("new-entries").addEventListener("click", () => {
    list.scrollToTop();
    list.focus(entries.at(0)?.id);
  });
  byId("open-help").addEventListener("click", openHelp);
  document.addEventListener("click", followLink);
  addEventListener("popstate", () => applyRoute({ focus: true }));
  document.addEventListener("visibilitychange", () => (document.hidden ? stream.pause() : stream.resume()));
  list.onEnd = loadMore;
  applyRoute({});
}

// Goes to a path of the page, with the search that is set, or another one.
function navigate(path, query = route.query, options = { focus: true }) {
  go(query ? path + "?" + new URLSearchParams({ q: query }) : path, options.replace);
  applyRoute(options);
}

function followLink(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.hasAttribute("download") || link.origin !== location.origin) return;
  event.preventDefault();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  go(link.pathname + link.search);
  applyRoute({ focus: true });
}

function applyRoute({ focus }) {
  const before = route;
  route = readRoute();
  if (!before || before.query !== route.query) {
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
  if (route.latest) openEntry("latest", { focus });
  else if (route.id) openEntry(route.id, { focus: focus && shown?.entry.id !== route.id });
  else closeDetail(focus);
}

// Loads the list. With `connect`, the stream begins anew with this search.
async function loadList(connect) {
  const mine = ++loads;
  try {
    const page = await getJson("/api/entries", { q: route.query, limit: firstPage });
    if (mine !== loads) return;
    loaded = true;
    showSearchProblem("");
    const early = arrived;
    arrived = [];
    list.keepPlace(() => {
      entries.replaceAll(page.entries);
      entries.add(early);
    });
    setMatching(page.matching);
    if (!page.more) list.total = entries.length;
    if (connect) {
      list.scrollToTop();
      showUnseen(0);
      stream.open(route.query);
    } else loadMore();
    if (shown) list.select(shown.entry.id);
  } catch (error) {
    if (mine !== loads) return;
    if (error.status === 400) showSearchProblem(error.message);
    else if (connect) setTimeout(() => mine === loads && loadList(true), 1000);
  }
}

async function loadMore() {
  if (loadingMore || !entries.length || entries.length >= matching) return;
  loadingMore = true;
  const mine = loads;
  try {
    do {
      const page = await getJson("/api/entries", { q: route.query, before: entries.at(entries.length - 1).id, limit: pageSize });
      if (mine !== loads) break;
      entries.add(page.entries);
      list.plan();
      if (!page.more) setMatching(entries.length);
      if (!page.more || !page.entries.length) break;
    } while (entries.length < loadedAtOnce);
  } catch {
    // The list goes on when it is scrolled, or with the next connection.
  }
  loadingMore = false;
  if (mine !== loads) loadMore();
}

function setMatching(number) {
  matching = number;
  list.total = number;
  const word = info.mode === "listen" ? "request" : "delivery";
  const words = route.query ? count(number, word + (number === 1 ? " matches" : ""), (word === "request" ? "requests" : "deliveries") + " match") : entryWord(info.mode, number);
  const dropped = info.dropped > 0 ? " · " + count(info.dropped, "older one") + " dropped: the memory of " + sizeOf(info.max_bytes) + " was full" : "";
  byId("count").textContent = number || dropped ? words + dropped : "";
  const empty = byId("empty");
  empty.hidden = !loaded || number > 0;
  if (!empty.hidden) replaceContent(empty, emptyNodes(info, route.query, () => navigate(location.pathname, "", { replace: true })));
  byId("scroller").hidden = !empty.hidden;
  showEmptiness();
  if (!shown) showNothing(nothingShown);
}

// With nothing to list, the page says only how to begin.
function showEmptiness() {
  document.body.toggleAttribute("data-empty", !byId("empty").hidden && !route.query && !route.id && !route.latest);
}

function onConnection(state, sentence) {
  showConnection(state, sentence);
  if (state === "refused") loadMore();
}

function onEvent(name, data, continued) {
  if (name === "hello") {
    if (data.run !== info.run) return reloadPage();
    if (!continued) loadList(false);
  } else if (name === "entry") {
    arrived.push(data);
    arrivalTimer ??= setTimeout(takeArrived, 30);
  } else if (name === "removed") {
    takeArrived();
    removeEntries(data.ids);
  } else if (name === "resync") loadList(false);
  else if (name === "ended") showConnection("ended");
}

// Another run has other entries, and another token. An open dialog is waited for.
function reloadPage() {
  stream.pause();
  const dialog = document.querySelector("dialog[open]");
  if (dialog) dialog.addEventListener("close", () => location.replace(listHref(route.query)));
  else if (route.latest) location.reload();
  else location.replace(listHref(route.query));
}

function takeArrived() {
  clearTimeout(arrivalTimer);
  arrivalTimer = null;
  const rows = arrived;
  arrived = [];
  if (!rows.length) return;
  const wasAtTop = list.atTop;
  let added = 0;
  list.keepPlace(() => (added = entries.add(rows)));
  setMatching(matching + added);
  if (added) announceNew(added, info.mode);
  if (!wasAtTop) showUnseen(unseen + added);
  if (route.latest && added) openEntry("latest", {});
  else if (shown && rows.some((row) => concerns(row, shown.entry))) openEntry(shown.entry.id, {});
}

function concerns(row, entry) {
  return row.id === entry.id || (entry.booking_id && row.booking_id === entry.booking_id);
}

async function removeEntries(ids) {
  const before = entries.length;
  list.keepPlace(() => entries.remove(ids));
  setMatching(Math.max(entries.length, matching - (before - entries.length)));
  try {
    info = await getJson("/api/state");
    setMatching(matching);
  } catch {
    // The indicator says that the connection is lost.
  }
}

function showUnseen(number) {
  unseen = number;
  const button = byId("new-entries");
  button.hidden = number === 0;
  button.textContent = "↑ " + number.toLocaleString("en") + " new";
}

async function openEntry(id, { focus }) {
  const mine = ++opens;
  try {
    const detail = await getJson(entryPath(id), id === "latest" ? { q: route.query } : {});
    if (mine !== opens) return;
    const other = shown?.entry.id !== detail.entry.id;
    shown = detail;
    byId("no-detail").hidden = true;
    byId("detail").hidden = false;
    if (other || byId("detail-head").dataset.pinned !== String(detail.entry.pinned)) showHead(detail);
    showDetail(byId("detail"), detail, route.query);
    if (other) byId("detail-pane").scrollTop = 0;
    document.title = visibleString(titleOf(detail.entry)) + " #" + detail.entry.n + " · slotflow-hooks";
    list.select(detail.entry.id);
    if (focus) byId("detail-title").focus({ preventScroll: true });
    else if (other) list.reveal(detail.entry.id);
  } catch (error) {
    if (mine !== opens) return;
    if (id !== "latest" && error.status === undefined) return void (shown === null && showNothing(error.message));
    shown = null;
    list.select(null);
    const waiting = id === "latest" && error.status === 404;
    showNothing(waiting ? "Waiting for the first entry" + (route.query ? " that matches" : "") + ". It is shown here when it arrives."
      : error.status === 404 ? "This entry is not here any more: it was cleared, or dropped because the memory was full." : error.message);
  }
}

function showHead(detail) {
  const head = byId("detail-head");
  head.hidden = false;
  const hadFocus = head.contains(document.activeElement) ? document.activeElement.dataset.action : null;
  head.dataset.pinned = String(detail.entry.pinned);
  replaceContent(head,
    make("a", { class: "button back", "aria-label": "List", href: listHref(route.query), onclick: (event) => (event.preventDefault(), leave()) }, icon("back"), make("span", null, "List")),
    make("h2", { id: "detail-title", tabindex: "-1" }, detailTitle(detail.entry)),
    detailActions(detail, () => openResend(shown, info)));
  if (hadFocus) head.querySelector("[data-action=" + hadFocus + "]")?.focus();
}

function closeDetail(focus) {
  const id = shown?.entry.id;
  ++opens;
  shown = null;
  document.title = "slotflow-hooks " + info.mode;
  list.select(null);
  showNothing("");
  if (focus && id) list.focus(id);
}

function showNothing(sentence) {
  nothingShown = sentence;
  byId("detail-head").hidden = true;
  byId("detail").hidden = true;
  byId("detail").replaceChildren();
  const place = byId("no-detail");
  place.hidden = false;
  replaceContent(place, sentence ? [make("p", null, sentence), make("a", { class: "button", href: listHref(route.query) }, "Show the list")]
    : matching > 0 && make("p", null, "Select an entry to see what happened and why."));
}

// Back to the list, and to the row that was open.
function leave() {
  if (document.body.dataset.view !== "list") navigate("/");
}

start();
