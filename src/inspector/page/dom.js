// Creates elements. Text is always a text node, never markup.

const svgNamespace = "http://www.w3.org/2000/svg";

// Children are nodes, strings, or lists of them; null and false are left out.
// An attribute whose name starts with "on" is an event listener.
export function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...present(children));
  return node;
}

// Shows the symbol of this name that index.html defines.
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svgNamespace, "use");
  use.setAttribute("href", "#icon-" + name);
  svg.append(use);
  return svg;
}

// Words for screen readers, where an icon or a place says the same to others.
export function spokenOnly(text) {
  return make("span", { class: "visually-hidden" }, text + " ");
}

export function replaceContent(node, ...children) {
  node.replaceChildren(...present(children));
}

export function byId(id) {
  return document.getElementById(id);
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
