// GitHub: pull requests as rows that stay where they are. One row is open, with its checks, comments and a composer.
import { act, acting } from "./acting.js";
import { avatar, button, el, hidden, icon, keyed, mark, onChange, place } from "./dom.js";
import { emoji } from "./inline.js";
import { markdown } from "./markdown.js";
import { say } from "./words.js";

const list = document.getElementById("pulls");
let environments = [];
let opened; // the number of the open row

function open(number) {
  opened = number;
  for (const row of list.children) {
    const isOpen = Number(row.dataset.number) === number;
    row.classList.toggle("is-opened", isOpen);
    row.querySelector(".fold").setAttribute("aria-expanded", String(isOpen));
    row.querySelector(".body").hidden = !isOpen;
  }
}
export function openRow(number) {
  open(number);
  document.getElementById(`pull-${number}`)?.scrollIntoView({ block: "nearest" });
}
const toggle = (number) => (opened === number ? open(null) : openRow(number));

function comment() {
  const element = el("article", { class: "comment" });
  const draw = (it) => element.replaceChildren(
    avatar(it.author, it.bot),
    el("div", { class: "bubble" },
      el("header", null, el("b", null, it.author), it.bot && el("span", { class: "tag" }, say("pull.bot")), el("time", null, it.at), it.edited && el("span", null, "· ", say("pull.edited"))),
      el("div", { class: "text" }, markdown(it.body)),
      it.reactions?.length ? el("div", { class: "reactions" }, it.reactions.map((name) => el("span", null, emoji(name)))) : null));
  return { element, draw };
}

function composer({ number }) {
  const area = el("textarea", { rows: 1, placeholder: say("pull.write"), "aria-label": say("pull.comment_on", { number }) });
  const send = button(say("pull.comment"), async () => {
    const body = area.value.trim();
    if (body && await act("comment", { number, by: acting(), body }, send)) area.value = "";
  });
  area.addEventListener("keydown", (event) => {
    // 229: Safari ends the composition of a Japanese word before this Enter
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send.click();
  });
  const chip = (word) => button(word, () => { area.value = word; area.focus(); }, { class: "chip" });
  return el("div", { class: "composer" }, area, send,
    el("div", { class: "chips" }, ["/deploy", "/status", "/unlock", "/rollback", "/cancel", "/help"].map(chip)));
}

const press = (check, { identifier, label, description }, number, attributes) =>
  button([label, number && hidden(` #${number}`)], (node) => act("click", { check: check.id, button: identifier, by: acting() }, node),
    { title: description, ...attributes });

function check(it) {
  return el("div", { class: "check" }, mark(it.state), el("b", null, it.context), el("span", { class: "quiet" }, it.description),
    it.summary && el("details", null, el("summary", null, say("pull.details")), el("div", { class: "text" }, markdown(it.summary))),
    it.buttons?.length ? el("div", { class: "buttons" }, it.buttons.map((each) => press(it, each))) : null);
}

const isOpen = ({ state }) => state === "open";
const tagged = ({ kind }) => (kind ?? "good") !== "good" && el("span", { class: "tag" }, say(`pull.kind.${kind}`));
// what the row says: the gate of an open pull request, the deploys of a merged one
function news(pull) {
  if (!isOpen(pull)) {
    const reports = pull.checks.filter((one) => one.id).map((one) => el("span", { class: "report", title: one.description }, mark(one.state), one.context.replace(/^.* \/ /, "")));
    return reports.length ? reports : [el("span", { class: `pill is-${pull.state}` }, say(`pull.${pull.state}`))];
  }
  if (!pull.gate) return [];
  const free = pull.gate.state === "success";
  return [el("span", { class: `pill ${free ? "is-free" : "is-held"}`, title: "ghapp/lock" }, free ? icon("success") : el("i"), say(free ? "pull.gate.free" : "pull.gate.held")),
    tagged(pull), !free && el("span", { class: "held", title: pull.gate.description }, pull.gate.description)];
}
// the one button that fits
function fitting(pull) {
  const { number } = pull;
  if (isOpen(pull)) {
    const held = pull.gate && pull.gate.state !== "success";
    return button([say("pull.merge"), hidden(` #${number}`)], (node) => act("merge", { number, by: acting() }, node),
      { control: `merge:${number}`, class: held ? "" : "go" });
  }
  const rank = (each) => environments.indexOf(each.context.replace(/^.* \/ /, "")); // production comes last on the board, and first here
  const [one] = pull.checks.filter((each) => each.id).sort((a, b) => rank(b) - rank(a));
  return one?.buttons.length ? press(one, one.buttons[0], number, { control: `check:${one.buttons[0].identifier}:${number}` }) : null;
}

function row({ number }) {
  const said = el("div", { class: "news" });
  const fold = el("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-controls": `body-${number}`, onclick: () => toggle(number) });
  const side = el("div", { class: "side" });
  const checks = el("div", { class: "checks" });
  const comments = el("div", { class: "comments" });
  const push = button(say("pull.push"), () => act("push", { number, by: acting() }, push), { class: "plain" });
  const body = el("div", { class: "body", id: `body-${number}`, hidden: true }, checks, comments, composer({ number }), push);
  const element = el("li", { class: "pull", id: `pull-${number}`, "data-number": number }, el("div", { class: "row" }, fold, side, said), body);
  const drawComments = keyed(comment);
  const head = onChange((it) => fold.replaceChildren(icon(it.state, `is-${it.state}`), el("span", { class: "heading" },
    el("span", { class: "title" }, it.title), el("span", { class: "quiet" }, `#${number}`, el("span", { class: "author" }, ` ${it.author}`)),
    it.count > 0 && el("span", { class: "count", title: say("pull.comments", { count: it.count }) }, it.count, hidden(say("pull.comments", { count: it.count }))))));
  const draw = (it) => {
    head({ state: it.state, title: it.title, author: it.author, count: it.comments.length });
    element.dataset.state = it.state;
    said.replaceChildren(...news(it).filter(Boolean));
    side.replaceChildren(fitting(it) ?? "");
    checks.replaceChildren(...it.checks.map(check));
    place(comments, drawComments(it.comments, (each) => each.id));
    push.hidden = !isOpen(it);
  };
  return { element, draw };
}

const rows = keyed(row);
export function showPulls({ pulls, board }) {
  environments = board.map((one) => one.environment);
  const sorted = [...pulls].sort((a, b) => a.number - b.number);
  place(list, rows(sorted, (each) => each.number));
}

export function startNewPull() {
  const opener = document.getElementById("new");
  const form = document.getElementById("new-pull");
  const [title, kind] = [form.elements.namedItem("title"), form.elements.namedItem("kind")];
  const show = (visible) => {
    form.hidden = !visible;
    opener.setAttribute("aria-expanded", String(visible));
    if (visible) title.focus();
  };
  opener.addEventListener("click", () => show(form.hidden));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!await act("open", { by: acting(), title: title.value.trim(), kind: kind.value })) return;
    title.value = "";
    show(false);
    opener.focus();
  });
}
