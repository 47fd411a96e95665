// The top of the page: what runs, where it listens, and whether the page is up to date.
import { badge } from "./badges.js";
import { copyButton } from "./copy.js";
import { byId, make, replaceContent } from "./dom.js";
import { visibleLine } from "./visible.js";

export function showState(info) {
  byId("mode").textContent = info.mode;
  replaceContent(
    byId("address"),
    info.url && [
      make("span", { class: "address-url mono" }, visibleLine(info.url)),
      copyButton("Copy URL", info.url, { class: "small", title: "Send events to this URL" }),
      info.forward_to &&
        make(
          "span",
          { class: "address-forward" },
          "passed on to ",
          make("span", { class: "mono" }, visibleLine(info.forward_to)),
        ),
    ],
  );
  byId("clear").hidden = !info.can_clear;
}

const connectionStates = {
  live: ["good", "live", "Live"],
  connecting: ["quiet", "dashed", "Connecting"],
  reconnecting: ["warn", "clock", "Reconnecting"],
  ended: ["bad", "stop", "Ended"],
  refused: ["bad", "cross", "Not live"],
  paused: ["quiet", "dashed", "Paused"],
};

export function showConnection(state, sentence) {
  const [tone, iconName, word] = connectionStates[state];
  const live = byId("live");
  if (live.dataset.state === state && live.title === (sentence ?? "")) return;
  live.dataset.state = state;
  live.title = sentence ?? "";
  replaceContent(live, badge(tone, iconName, word), sentence && make("span", { class: "live-reason" }, visibleLine(sentence)));
}
