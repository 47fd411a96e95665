// The keys of the page. Arrows are not used: they scroll.
import { closeMenus } from "./actions.js";
import { byId } from "./dom.js";

export function startKeyboard({ list, leave, resend, help }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return; // it has its own keys
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") escape(event, typing, list, leave);
    else if (!typing) pressed(event, { list, resend, help });
  });
}

function pressed(event, { list, resend, help }) {
  const actions = {
    "/": () => {
      if (document.body.dataset.view === "detail" && !byId("search").offsetParent)
        byId("detail-head").querySelector(".back")?.click();
      byId("search").focus();
      byId("search").select();
    },
    j: () => list.move(1),
    k: () => list.move(-1),
    r: resend,
    l: () => byId("follow").click(),
    "?": help,
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function escape(event, typing, list, leave) {
  const menu = closeMenus(null);
  if (menu) {
    menu.querySelector("summary").focus();
    event.preventDefault();
  } else if (typing?.id === "search" && typing.value) {
    event.preventDefault();
    typing.value = "";
    typing.form.requestSubmit();
  } else if (typing?.id === "search") list.focus(list.current);
  else leave();
}
