// Fills the list: with what is there already, and with what the stream reports.
import { announceNew } from "./announce.js";
import { getJson } from "./api.js";
import { byId, replaceContent } from "./dom.js";
import { emptyNodes } from "./empty.js";
import { Entries } from "./entries.js";
import { showConnection } from "./header.js";
import { List } from "./list.js";
import { whenReleased } from "./press.js";
import { listHref } from "./route.js";
import { showSearchProblem } from "./search.js";
import { state } from "./state.js";
import { Stream } from "./stream.js";
import { count, entryWord, sizeOf } from "./words.js";

const firstPage = 200;
const pageSize = 5000;
const loadedAtOnce = 25000; // more rows are loaded when the list is scrolled to their place

const entries = new Entries();
export const list = new List(byId("scroller"), entries);
export const stream = new Stream(onConnection, onEvent);
let listeners = {};
let unseen = 0;
let loads = 0;
let loaded = false;
let loadingMore = false;
let arrived = []; // rows that wait to be drawn together
let arrivalTimer = null;

// `onRows` gets rows that are new or changed, and how many are new; `onLoad` hears that the
// list was loaded again; `onCount`, that another number of entries match; `clearSearch` is called by a button.
export function startFeed(callbacks) {
  listeners = callbacks;
  list.onEnd = loadMore;
  byId("scroller").addEventListener("scroll", () => list.atTop && showUnseen(0), { passive: true });
  byId("new-entries").addEventListener("click", () => {
    list.scrollToTop();
    list.focus(entries.at(0)?.id);
  });
}

// Loads the list. With `connect`, the stream begins anew with this search.
export async function loadList(connect) {
  const mine = ++loads;
  try {
    const page = await getJson("/api/entries", { q: state.route.query, limit: firstPage });
    if (mine !== loads) return;
    loaded = true;
    showSearchProblem("");
    const newest = entries.at(0)?.n ?? 0;
    const early = arrived;
    arrived = [];
    list.keepPlace(() => {
      entries.replaceAll(page.entries);
      if (!connect) entries.add(early);
    });
    setMatching(Math.max(page.matching, entries.length));
    const fresh = new Set([...page.entries, ...early].filter((row) => row.n > newest).map((row) => row.id));
    if (!connect && fresh.size) announceNew(fresh.size, state.info.mode);
    if (connect) {
      list.scrollToTop();
      showUnseen(0);
      stream.open(state.route.query);
    } else loadMore();
    if (state.shown) list.select(state.shown.entry.id);
    if (!connect) listeners.onLoad();
  } catch (error) {
    if (mine !== loads) return;
    if (error.status === 400) {
      showSearchProblem(error.message);
      stream.close();
      showConnection("paused");
    } else if (connect) setTimeout(() => mine === loads && loadList(true), 1000);
  }
}

async function loadMore() {
  if (loadingMore || !entries.length || entries.length >= state.matching) return;
  loadingMore = true;
  const mine = loads;
  try {
    do {
      const before = entries.at(entries.length - 1).id;
      const page = await getJson("/api/entries", { q: state.route.query, before, limit: pageSize });
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
  state.matching = number;
  list.total = number;
  byId("count").textContent = number || state.info.dropped ? countText(number) : "";
  const empty = byId("empty");
  empty.hidden = !loaded || number > 0;
  if (!empty.hidden) replaceContent(empty, emptyNodes(state.info, state.route.query, listeners.clearSearch));
  byId("scroller").hidden = !empty.hidden;
  showEmptiness();
  listeners.onCount();
}

function countText(number) {
  const { mode, dropped, max_bytes: memory } = state.info;
  const words = entryWord(mode, number) + (state.route.query ? (number === 1 ? " matches" : " match") : "");
  if (!dropped) return words;
  return words + " · " + count(dropped, "older one") + " dropped: the memory of " + sizeOf(memory) + " was full";
}

// With nothing to list, the page says only how to begin.
export function showEmptiness() {
  const { query, id, latest } = state.route;
  document.body.toggleAttribute("data-empty", !byId("empty").hidden && !query && !id && !latest);
}

function onConnection(connection, sentence) {
  showConnection(connection, sentence);
  if (connection === "refused") loadMore();
}

function onEvent(name, data, continued) {
  if (name === "hello") {
    if (data.run !== state.info.run) reloadPage();
    else if (!continued) loadList(false);
  } else if (name === "entry") {
    arrived.push(data);
    arrivalTimer ??= setTimeout(() => whenReleased(byId("scroller"), takeArrived), 30);
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
  const reload = () => location.replace(state.route.latest ? location.href : listHref(state.route.query));
  if (dialog) dialog.addEventListener("close", reload);
  else reload();
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
  setMatching(state.matching + added);
  if (added) announceNew(added, state.info.mode);
  if (!wasAtTop) showUnseen(unseen + added);
  listeners.onRows(rows, added);
}

async function removeEntries(ids) {
  const before = entries.length;
  list.keepPlace(() => entries.remove(ids));
  setMatching(Math.max(entries.length, state.matching - (before - entries.length)));
  try {
    state.info = await getJson("/api/state");
    setMatching(state.matching);
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
