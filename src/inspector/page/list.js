// The list: only the rows in view, and the row that has the focus, are in the document.
import { make, replaceContent } from "./dom.js";
import { makeRow } from "./rows.js";

const spare = 6; // rows outside of the view, above and below

export class List {
  #scroller;
  #list;
  #entries;
  #nodes = new Map(); // id -> { row, node }
  #rowHeight = 60;
  #current = null; // the id of the row that Tab reaches
  #selected = null; // the id of the entry that is open
  #planned = false;
  #query = "";
  total = 0; // rows that match, also those which are not loaded yet
  onEnd = () => {};

  constructor(scroller, entries) {
    this.#scroller = scroller;
    this.#entries = entries;
    this.#list = make("ol", { class: "rows", role: "list", "aria-label": "Entries, newest first" });
    scroller.append(this.#list);
    scroller.addEventListener("scroll", () => this.plan(), { passive: true });
    new ResizeObserver(() => {
      this.#measure();
      this.plan();
    }).observe(scroller);
    this.#list.addEventListener("focusin", (event) => {
      const id = event.target.closest(".row")?.dataset.id;
      if (id) this.#current = id;
      this.plan();
    });
  }

  set query(query) {
    this.#query = query;
    this.#nodes.forEach(({ node }) => node.remove());
    this.#nodes.clear();
  }

  get current() {
    return this.#entries.get(this.#current) ? this.#current : (this.#entries.at(0)?.id ?? null);
  }

  get atTop() {
    return this.#scroller.scrollTop < this.#rowHeight / 2;
  }

  select(id) {
    this.#selected = id;
    if (id) this.#current = id;
    this.plan();
  }

  // Keeps what is in view where it is while rows arrive above.
  keepPlace(change) {
    const anchor = this.atTop ? null : this.#entries.at(Math.floor(this.#scroller.scrollTop / this.#rowHeight))?.id;
    const before = anchor ? this.#entries.indexOf(anchor) : 0;
    change();
    const after = anchor ? this.#entries.indexOf(anchor) : 0;
    this.#resize();
    if (after > 0 && before >= 0 && after !== before) this.#scroller.scrollTop += (after - before) * this.#rowHeight;
    this.plan();
  }

  scrollToTop() {
    this.#scroller.scrollTop = 0;
    this.draw();
  }

  reveal(id) {
    const index = this.#entries.indexOf(id);
    if (index < 0) return;
    const top = index * this.#rowHeight;
    const height = this.#scroller.clientHeight;
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
    else if (top + this.#rowHeight > this.#scroller.scrollTop + height) this.#scroller.scrollTop = top + this.#rowHeight - height;
  }

  focus(id) {
    if (this.#entries.indexOf(id) < 0) return false;
    this.#current = id;
    this.#resize();
    this.reveal(id);
    this.draw();
    this.#nodes.get(id)?.node.firstChild.focus({ preventScroll: true });
    return true;
  }

  // Moves the focus by some rows.
  move(steps) {
    const focused = document.activeElement?.closest?.(".row")?.dataset.id;
    const from = this.#entries.indexOf(focused ?? this.#selected ?? "");
    const index = from < 0 ? 0 : Math.min(Math.max(from + steps, 0), this.#entries.length - 1);
    if (this.#entries.length) this.focus(this.#entries.at(index).id);
  }

  plan() {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => this.draw());
  }

  #resize() {
    this.#list.hidden = this.#entries.length === 0;
    this.#list.style.height = this.#entries.length * this.#rowHeight + "px";
  }

  // The height is in rem, so that it follows the reader's text size.
  #measure() {
    const probe = make("li", { class: "row" });
    this.#list.hidden = false;
    this.#list.append(probe);
    this.#rowHeight = probe.getBoundingClientRect().height || this.#rowHeight;
    probe.remove();
  }

  draw() {
    this.#planned = false;
    this.#resize();
    const height = this.#scroller.clientHeight;
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / this.#rowHeight) - spare);
    const end = Math.min(this.#entries.length, Math.ceil((this.#scroller.scrollTop + height) / this.#rowHeight) + spare);
    const indexes = [];
    for (let index = first; index < end; ++index) indexes.push(index);
    const tabStop = this.#entries.indexOf(this.current ?? "");
    if (tabStop >= 0 && tabStop < first) indexes.unshift(tabStop);
    else if (tabStop >= end) indexes.push(tabStop);
    this.#put(indexes, tabStop);
    if (end === this.#entries.length && end < this.total) this.onEnd();
  }

  #put(indexes, tabStop) {
    const wanted = new Set(indexes.map((index) => this.#entries.at(index).id));
    for (const [id, { node }] of this.#nodes) {
      if (wanted.has(id)) continue;
      node.remove();
      this.#nodes.delete(id);
    }
    let next = this.#list.firstChild;
    for (const index of indexes) {
      const node = this.#nodeOf(this.#entries.at(index));
      if (node === next) next = next.nextSibling;
      else this.#list.insertBefore(node, next);
      node.style.transform = "translateY(" + index * this.#rowHeight + "px)";
      node.setAttribute("aria-setsize", Math.max(this.total, this.#entries.length));
      node.setAttribute("aria-posinset", index + 1);
      node.firstChild.tabIndex = index === tabStop ? 0 : -1;
      const isSelected = node.dataset.id === this.#selected;
      node.classList.toggle("selected", isSelected);
      if (isSelected) node.firstChild.setAttribute("aria-current", "true");
      else node.firstChild.removeAttribute("aria-current");
    }
  }

  // A row that changed is filled anew in its own node, so that it keeps the focus.
  #nodeOf(row) {
    const known = this.#nodes.get(row.id);
    if (known?.row === row) return known.node;
    const fresh = makeRow(row, this.#query);
    fresh.dataset.id = row.id;
    if (!known) {
      this.#nodes.set(row.id, { row, node: fresh });
      return fresh;
    }
    known.row = row;
    known.node.className = fresh.className;
    replaceContent(known.node.firstChild, [...fresh.firstChild.childNodes]);
    return known.node;
  }
}
