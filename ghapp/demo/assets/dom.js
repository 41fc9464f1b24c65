// Elements and icons. Every text becomes a text node, so that no title, comment or message can become HTML.
import { say } from "./words.js";

export function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...shown(children));
  return node;
}
const shown = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

export function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export const hidden = (text) => el("span", { class: "sr" }, text);

// `control` names what the coach can ring
export function button(label, press, attributes) {
  const { control, ...others } = attributes ?? {};
  const node = el("button", { type: "button", "data-control": control, ...others, onclick: () => press(node) }, label);
  return node;
}

// the newest element of that name, unless it is folded away
export const controlled = (name) =>
  [...document.querySelectorAll(`[data-control="${CSS.escape(name)}"]`)].filter((node) => !node.closest("[hidden]")).at(-1);

const SHAPES = {
  open: ["M4 5.6v4.8M12 10.4V7a2.5 2.5 0 0 0-2.5-2.5H7.5M9 2.8 7.2 4.5 9 6.2", [4, 4], [4, 12], [12, 12]],
  merged: ["M4 5.6v4.8M4.4 5.6C5.2 7.6 7 8.4 10.4 8.4", [4, 4], [4, 12], [12, 8.4]],
  closed: ["M4 5.6v4.8M12 10.4V8.2M10.2 2.4l3.6 3.6M13.8 2.4l-3.6 3.6", [4, 4], [4, 12], [12, 12]],
  success: ["M3 8.6l3.4 3.4L13 4.8"],
  failure: ["M4 4l8 8M12 4l-8 8"],
  neutral: ["M4 8h8"],
  back: ["M7 3.5 3 7.5l4 4M3 7.5h6.5a3 3 0 0 1 0 6H8"],
  doubt: ["M5.5 6a2.5 2.5 0 1 1 3.3 2.4c-.6.3-.8.6-.8 1.3M8 12.7v.1"],
  warning: ["M8 3v6M8 12.5v.1"],
  bot: ["M3.5 10.5 8 4.8l4.5 5.7"],
  play: ["M5 3.5v9l7.5-4.5z"],
  stop: ["M4.5 4.5h7v7h-7z"],
};
export function icon(name, kind) {
  const [path, ...circles] = SHAPES[name];
  return svg("svg", {
    viewBox: "0 0 16 16", class: `icon ${kind ?? ""}`, "stroke-width": circles.length ? 1.5 : 2.2, "aria-hidden": "true",
  }, svg("path", { d: path }), ...circles.map(([cx, cy]) => svg("circle", { cx, cy, r: 1.6 })));
}
const GOING = new Set(["pending", "queued", "in_progress", "waiting"]);
const NEITHER = new Set(["neutral", "skipped", "cancelled"]);
export function mark(state) {
  const label = { role: "img", "aria-label": say(`state.${state}`) };
  if (GOING.has(state)) return el("span", { class: `dot ${state === "in_progress" ? "going" : ""}`, ...label });
  if (NEITHER.has(state)) return el("span", { class: "mark quiet", ...label }, icon("neutral"));
  const good = state === "success";
  return el("span", { class: `mark ${good ? "is-good" : "is-bad"}`, ...label }, icon(good ? "success" : "failure"));
}
export function avatar(name, bot) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return el("span", { class: `avatar ${bot ? "bot" : ""}`, "--hue": hue, "aria-hidden": "true" }, bot ? icon("bot") : [...name][0]);
}

// draws again only what has changed, so that focus and transitions stay
export function onChange(draw) {
  let before;
  return (item, ...rest) => {
    const json = JSON.stringify([item, rest]);
    if (json !== before) draw(item, ...rest);
    before = json;
  };
}
// one element per key, for as long as its item is there; `create(item)` gives {element, draw}
export function keyed(create) {
  const held = new Map();
  return (items, key) => {
    const ids = new Set(items.map(key));
    for (const id of held.keys()) if (!ids.has(id)) held.delete(id);
    return items.map((item) => {
      if (!held.has(key(item))) {
        const { element, draw } = create(item);
        held.set(key(item), { element, draw: onChange(draw) });
      }
      const { element, draw } = held.get(key(item));
      draw(item);
      return element;
    });
  };
}
export function place(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, index) => { if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null); });
}
