// The end card: what the local services counted during the minute.
import { el, icon } from "./dom.js";
import { say } from "./words.js";

const card = document.getElementById("end");
const figures = document.getElementById("end-figures");

export function showEnd({ counts, runs }, begun) {
  const since = (name) => counts[name] - begun[name];
  const figure = (value, code, mustBeZero) => el("div", { class: mustBeZero ? (value ? "figure is-bad" : "figure is-good") : "figure" },
    el("dt", null, say(`count.${code}`)), el("dd", null, mustBeZero && icon(value ? "failure" : "success"), value));
  figures.replaceChildren(
    figure(since("deliveries"), "deliveries"), figure(runs.length, "runs"), figure(since("kills"), "kills"),
    figure(counts.done_twice, "done_twice", true), figure(counts.two_at_once, "two_at_once", true));
  card.hidden = false;
}
export const hideEnd = () => { card.hidden = true; };
export function startEnd() {
  document.getElementById("end-close").addEventListener("click", () => {
    hideEnd();
    document.querySelector("[data-control=play]").focus();
  });
  card.addEventListener("keydown", (event) => { if (event.key === "Escape") document.getElementById("end-close").click(); });
}
