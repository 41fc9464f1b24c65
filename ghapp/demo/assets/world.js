// The world around ghapp: its clock, the config on the default branch, and the workflow runs.
import { act, acting } from "./acting.js";
import { button, el, mark, onChange } from "./dom.js";
import { coded } from "./inline.js";
import { clock, moment, now, say } from "./words.js";

const time = document.getElementById("time");
const jump = button("", (node) => act("jump", {}, node), { control: "jump" });
const ten = button(say("world.ten_minutes"), (node) => act("skip", { minutes: 10 }, node), { control: "skip" });

const editor = document.getElementById("config");
const mistakes = document.getElementById("mistakes");
const save = document.getElementById("save");
const numbers = document.getElementById("lines");
let saved = "";
let wrong = new Set();

function number() {
  const count = editor.value.split("\n").length;
  numbers.replaceChildren(...Array.from({ length: count }, (_, index) => el("span", { class: wrong.has(index + 1) ? "is-bad" : "" }, `${index + 1}\n`)));
  editor.rows = Math.min(count + 1, 22);
  save.disabled = editor.value === saved;
}
function goTo(line) {
  const from = editor.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  editor.focus();
  editor.setSelectionRange(from, from);
}

export function startWorld() {
  document.getElementById("clock").append(ten, jump);
  editor.addEventListener("input", number);
  editor.addEventListener("scroll", () => { numbers.scrollTop = editor.scrollTop; });
  document.getElementById("config-form").addEventListener("submit", (event) => {
    event.preventDefault();
    act("config", { text: editor.value, by: acting() }, save);
  });
}

const showConfig = onChange(({ text, errors }) => {
  // what is being written stays until it is saved
  if (editor.value === saved) editor.value = text;
  saved = text;
  wrong = new Set(errors.map((one) => one.line));
  editor.setAttribute("aria-invalid", String(errors.length > 0));
  mistakes.replaceChildren(...errors.map(({ line, sentence }) => el("li", null,
    line && button(say("config.line", { line }), () => goTo(line), { class: "plain" }), " ", coded(sentence))));
  number();
});
const stateOf = (run) => (run.status === "completed" ? run.conclusion : run.status);
const showRuns = onChange((runs) => document.getElementById("runs").replaceChildren(...runs.slice(0, 8).map((run) =>
  el("li", null, mark(stateOf(run)), el("span", null, run.title), el("span", { class: "quiet" }, say(`state.${stateOf(run)}`))))));
const showNext = onChange((next) => {
  jump.hidden = !next;
  if (next) jump.replaceChildren(say("world.jump", { at: clock(next.at) }), " ", el("span", { class: "quiet" }, next.what));
});
const showTime = onChange((text) => { time.textContent = text; });
setInterval(() => showTime(moment(now())), 500);
export function showWorld({ next, config, runs }) {
  showTime(moment(now()));
  showNext(next);
  showConfig(config);
  showRuns(runs);
}
