// On a phone one column is shown at a time; the others tell by a dot and a toast what happened in them.
import { quiet, tell } from "./acting.js";
import { el, onChange } from "./dom.js";
import { say } from "./words.js";

const TABS = ["github", "slack", "trouble"];
const buttons = new Map(TABS.map((name) => [name, document.getElementById(`tab-${name}`)]));
let said; // the tab that the newest toast is about
const small = matchMedia("(max-width: 860px)");

export function openTab(name) {
  document.body.dataset.tab = name;
  for (const [each, node] of buttons) node.setAttribute("aria-current", String(each === name));
  buttons.get(name).classList.remove("is-new", "is-next");
  if (said === name) quiet();
}
const tabOf = (node) => TABS.find((each) => document.getElementById(each).contains(node));
export function openTabOf(node) {
  if (tabOf(node)) openTab(tabOf(node));
}
// the tab that holds what the coach rings, while another one is open
export function ringTabOf(node) {
  const name = tabOf(node);
  for (const [each, button] of buttons) button.classList.toggle("is-next", each === name && document.body.dataset.tab !== name);
}
const isElsewhere = (name) => small.matches && document.body.dataset.tab !== name;
function notice(name, text) {
  if (!isElsewhere(name)) return;
  buttons.get(name).classList.add("is-new");
  said = name;
  tell(el("button", { type: "button", onclick: () => openTab(name) }, el("b", null, say(`tab.${name}`)), " ", text));
}

// the first line of a message, without marks
const firstLine = (text) => text.replace(/<@[^>]*>|:[a-z_]+:|<[^|>]*\|([^>]*)>|[*_`]/g, "$1").trim().split("\n")[0];
function news() {
  let known = null;
  return onChange((keys, texts, name) => {
    const fresh = known && keys.findLastIndex((key) => !known.has(key));
    known = new Set(keys);
    if (fresh !== null && fresh >= 0) notice(name, texts[fresh]);
  });
}
const [inSlack, onGitHub] = [news(), news()];
export function showNews({ slack, pulls }) {
  const messages = slack.flatMap((channel) => channel.messages);
  inSlack(messages.map((one) => one.ts), messages.map((one) => firstLine(one.text ?? "")), "slack");
  const comments = pulls.flatMap((one) => one.comments.map((comment) => [comment.id, `#${one.number} ${comment.author}`])).sort(([a], [b]) => a - b);
  onGitHub(comments.map(([id]) => id), comments.map(([, text]) => text), "github");
}

export function startTabs() {
  for (const [name, node] of buttons) node.addEventListener("click", () => openTab(name));
  openTab("github");
}
