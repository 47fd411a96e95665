// The pane that shows one entry, or says why there is none.
import { detailActions } from "./actions.js";
import { entryPath, getJson } from "./api.js";
import { detailTitle, showDetail } from "./detail.js";
import { byId, icon, make, replaceContent } from "./dom.js";
import { list } from "./feed.js";
import { released } from "./press.js";
import { openResend } from "./resend.js";
import { listHref } from "./route.js";
import { titleOf } from "./rows.js";
import { state } from "./state.js";
import { visibleString } from "./visible.js";

const gone = "This entry is not here any more: it was cleared, or dropped because the memory was full.";

let opens = 0;
let focusWanted = false; // also if a later call is the one that shows the entry
let nothingShown = ""; // why there is no detail, if there is a reason

// Shows an entry, or "latest". Returns whether it is shown.
export async function openEntry(id, focus) {
  const mine = ++opens;
  focusWanted ||= focus;
  let detail;
  try {
    detail = await getJson(entryPath(id), id === "latest" ? { q: state.route.query } : {});
  } catch (error) {
    if (mine === opens) showFailure(id, error);
    return false;
  }
  await released(byId("detail-pane"));
  if (mine !== opens) return false;
  const { entry } = detail;
  const other = state.shown?.entry.id !== entry.id;
  state.shown = detail;
  byId("no-detail").hidden = true;
  byId("detail").hidden = false;
  if (other || byId("detail-head").dataset.pinned !== String(entry.pinned)) showHead(detail);
  showDetail(byId("detail"), detail, state.route.query);
  if (other) byId("detail-pane").scrollTop = 0;
  document.title = visibleString(titleOf(entry)) + " #" + entry.n + " · slotflow-hooks";
  list.select(entry.id);
  if (focusWanted) byId("detail-title").focus({ preventScroll: true });
  else if (other) list.reveal(entry.id);
  focusWanted = false;
  return true;
}

function showFailure(id, error) {
  if (error.status === undefined && state.shown) return; // the connection is lost: what is shown stays
  state.shown = null;
  list.select(null);
  if (error.status !== 404) showNothing(error.message);
  else if (id !== "latest") showNothing(gone);
  else {
    const which = state.route.query ? "entry that matches" : "entry";
    showNothing("Waiting for the first " + which + ". It is shown here when it arrives.");
  }
}

function showHead({ entry }) {
  const head = byId("detail-head");
  head.hidden = false;
  const focused = head.contains(document.activeElement) ? document.activeElement.dataset.action : null;
  head.dataset.pinned = String(entry.pinned);
  replaceContent(
    head,
    make(
      "a",
      { class: "button back", "aria-label": "List", href: listHref(state.route.query) },
      icon("back"),
      make("span", null, "List"),
    ),
    make("h2", { id: "detail-title", tabindex: "-1" }, detailTitle(entry)),
    detailActions(entry, () => openResend(state.shown, state.info)),
  );
  if (focused) head.querySelector("[data-action=" + focused + "]")?.focus();
}

export function closeDetail(focus) {
  const id = state.shown?.entry.id;
  ++opens;
  focusWanted = false;
  state.shown = null;
  document.title = "slotflow-hooks " + state.info.mode;
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
  if (sentence) {
    replaceContent(
      place,
      make("p", null, sentence),
      make("a", { class: "button", href: listHref(state.route.query) }, "Show the list"),
    );
  } else replaceContent(place, state.matching > 0 && make("p", null, "Select an entry to see what happened and why."));
}

// The words depend on whether there are entries.
export async function refreshNothing() {
  await released(byId("no-detail"));
  if (!state.shown) showNothing(nothingShown);
}
