// What can be done with an entry, and with the whole list.
import { announce } from "./announce.js";
import { entryPath, getText, post, withQuery } from "./api.js";
import { copyButton } from "./copy.js";
import { byId, icon, make, replaceContent } from "./dom.js";
import { state } from "./state.js";
import { count } from "./words.js";

export function detailActions(entry, resend) {
  const pin = make(
    "button",
    {
      type: "button",
      "aria-pressed": String(entry.pinned),
      "data-action": "pin",
      title: "A pinned entry stays when the list is cleared",
    },
    icon("pin"),
    make("span", null, entry.pinned ? "Pinned" : "Pin"),
  );
  pin.addEventListener("click", async () => {
    try {
      const { pinned } = await post(entryPath(entry.id, "pin"), {
        pinned: pin.getAttribute("aria-pressed") !== "true",
      });
      announce(pinned ? "Pinned" : "No longer pinned");
      pin.setAttribute("aria-pressed", String(pinned));
      pin.lastChild.textContent = pinned ? "Pinned" : "Pin";
    } catch (error) {
      pin.lastChild.textContent = "Not pinned: " + error.message;
    }
  });
  return make(
    "div",
    { class: "actions" },
    make(
      "button",
      { type: "button", class: "primary", onclick: resend, "data-action": "resend" },
      icon("send"),
      make("span", null, "Resend…"),
    ),
    make(
      "details",
      { class: "menu" },
      make("summary", { "data-action": "curl" }, icon("copy"), make("span", null, "curl")),
      make(
        "div",
        { class: "menu-items" },
        copyButton("Copy as it was", () => getText(entryPath(entry.id, "curl"))),
        copyButton("Copy, signed now", () => getText(entryPath(entry.id, "curl"), { fresh: 1 })),
        make(
          "p",
          { class: "muted" },
          "A signature is accepted for five minutes: later, only the command that is signed now works.",
        ),
      ),
    ),
    state.info.can_clear && pin,
  );
}

export function startMenu() {
  const menu = byId("menu");
  menu.addEventListener("toggle", () => {
    byId("export-jsonl").href = withQuery("/api/export.jsonl", { q: state.route.query });
    byId("export-har").href = withQuery("/api/export.har", { q: state.route.query });
  });
  menu.addEventListener("click", (event) => event.target.closest(".menu-items > *") && (menu.open = false));
  byId("clear").addEventListener("click", () => openClear(state.info));
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
}

// Closes the menus that do not contain `target`. Returns the menu that was open, if any.
export function closeMenus(target) {
  let closed = null;
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (target && menu.contains(target)) continue;
    menu.open = false;
    closed = menu;
  }
  return closed;
}

function openClear(info) {
  const dialog = byId("clear-dialog");
  const problem = make("p", { class: "problem", role: "alert" });
  const clear = make("button", { type: "button", class: "danger" }, "Clear");
  clear.addEventListener("click", async () => {
    try {
      const { removed } = await post("/api/clear");
      announce(count(removed, "entry", "entries") + " removed");
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    }
  });
  replaceContent(
    dialog,
    make("h2", { id: "clear-title" }, "Clear the list?"),
    make(
      "p",
      null,
      "All entries are removed, for every viewer. Pinned entries stay." +
        (info.mode === "listen" ? "" : " The history on the disk is not changed."),
    ),
    problem,
    make("div", { class: "dialog-actions" }, make("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), clear),
  );
  dialog.showModal();
}
