// The coach rings the next control with one sentence. Play presses what the coach rings.
import { act, acting } from "./acting.js";
import { button, controlled, el, icon, onChange } from "./dom.js";
import { hideEnd, showEnd } from "./end.js";
import { STEPS, castOf, isThere, isUntouched, values } from "./steps.js";
import { openTabOf, ringTabOf } from "./tabs.js";
import { language, say } from "./words.js";

const READ = 2000; // milliseconds to read a sentence, and to see what came of it
const PATIENCE = 45_000; // milliseconds until a step that shows no result ends the play
const MEMORY = "minute"; // the way through the minute outlives a reload, for instance into the other language

let state;
let cast = null;
let at = 0; // the step; STEPS.length at the end
let before;
let playing = null;
let stopped = ""; // the code of the sentence why Play has ended early
const waiting = new Set();

const step = () => (cast && at < STEPS.length ? STEPS[at] : null);
const remember = () => sessionStorage.setItem(MEMORY, JSON.stringify({ cast, at }));
function recall() {
  const kept = JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
  if (kept?.cast && isThere(state, kept.cast) && !(kept.at && isUntouched(state))) ({ cast, at } = kept);
  else start();
}
function start() {
  cast = castOf(state);
  at = 0;
  before = state;
  remember();
}
function advance() {
  at += 1;
  before = state;
  stopped = "";
  remember();
  if (at === STEPS.length) showEnd(state);
}

// the control to press now: the actor's own button first, then the step's, or the question that it has asked
function control() {
  const { by, controls } = step() ?? {};
  if (!controls) return null;
  if (acting() !== cast[by].by) return controlled(`actor:${cast[by].by}`);
  const names = controls(cast);
  const line = document.querySelector("[data-command]");
  const next = names.length > 1 && names[0] === `type:${line?.value}` ? names[1] : names[0];
  return controlled(`${next}:confirm`) ?? controlled(next);
}

const words = document.getElementById("coach-words");
const progress = document.getElementById("coach-progress");
const [show, skip] = [button(say("coach.show"), () => reach(control(), true), { "aria-keyshortcuts": "Alt+N", title: "Alt+N" }), button(say("coach.skip"), advanceAndFollow, { class: "plain" })];
const play = button("", () => (playing ? stop("") : run()), { class: "go", control: "play" });
const again = button("", reset, { control: "reset" });
function sentence() {
  if (stopped) return say(stopped);
  if (!cast) return say("coach.used");
  if (!step()) return say("coach.over");
  const { by } = step();
  const what = say(`step.${step().id}`, values(cast));
  return by && acting() !== cast[by].by ? say("coach.first", { user: cast[by].by, what }) : what;
}
const draw = onChange((text, index, isPlaying, hasControl, canReset, isOther) => {
  if (words.textContent !== text) words.textContent = text;
  play.replaceChildren(icon(isPlaying ? "stop" : "play"), say(isPlaying ? "coach.stop" : "coach.play"));
  play.classList.toggle("go", !isPlaying);
  progress.replaceChildren(...STEPS.map((_, number) => el("i", { class: number < index ? "done" : number === index ? "now" : "" })));
  show.hidden = isPlaying || !hasControl;
  skip.hidden = isPlaying || !step();
  again.hidden = !canReset || isPlaying;
  again.textContent = say(isOther ? "coach.again.language" : "coach.again");
});
function ring() {
  const target = control();
  for (const one of document.querySelectorAll("[data-step]")) if (one !== target) delete one.dataset.step;
  if (target && target.dataset.step !== step().id) target.dataset.step = step().id;
  ringTabOf(target);
  words.classList.toggle("waits", Boolean(step()) && !target);
  document.getElementById("coach").dataset.now = step()?.id ?? (cast ? "end" : "used");
  const isOther = state.language !== language;
  draw(sentence(), at, Boolean(playing), Boolean(target), isOther || !isUntouched(state), isOther);
  return target;
}
function reach(target, focuses) {
  if (!target) return;
  openTabOf(target);
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focuses) target.focus({ preventScroll: true });
}
function advanceAndFollow() {
  if (step()) advance();
  follow(state);
}

export function follow(newest) {
  const previous = state;
  state = newest;
  if (!previous) recall();
  else if (!cast || state.counts.deliveries < previous.counts.deliveries) start(); // the world has begun anew
  before ??= state;
  if (!playing) while (step() && isSeen()) advance();
  ring();
  for (const wake of waiting) wake();
}
function reset() {
  hideEnd();
  stopped = "";
  return act("reset", { language }, again);
}
// a world in which nothing was done begins anew in the other language; any other one only on request
async function changeLanguage(event) {
  if (!state || !isUntouched(state)) return;
  event.preventDefault();
  const { href, lang } = event.currentTarget;
  if (state.language === lang || await act("reset", { language: lang })) location.assign(href);
}

// resolves at the first state that fits; rejects when Play is stopped, or has waited for too long
function until(fits, signal) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => { waiting.delete(look); clearTimeout(timer); signal.removeEventListener("abort", quit); settle(value); };
    const look = () => { const found = fits(); if (found) end(resolve, found); };
    const quit = () => end(reject, new Error("stopped"));
    const timer = setTimeout(() => { stop("coach.stuck"); }, PATIENCE);
    signal.addEventListener("abort", quit);
    waiting.add(look);
    if (signal.aborted) quit();
    else look();
  });
}
function pause(milliseconds, signal) {
  const over = performance.now() + milliseconds;
  const timer = setTimeout(() => waiting.forEach((wake) => wake()), milliseconds + 1);
  return until(() => performance.now() >= over, signal).finally(() => clearTimeout(timer));
}
const isSeen = () => step().seen(state, cast, before);
function ready() {
  const target = ring();
  return target?.getAttribute("aria-disabled") === "true" ? null : target;
}
async function press(signal) {
  const reading = step().id;
  while (step()?.id === reading && step().controls) {
    const target = await until(() => (isSeen() ? "seen" : ready()), signal);
    if (target === "seen") return;
    reach(target, false);
    const isLast = !target.dataset.control.startsWith("actor:") && !asksFirst(target);
    await pause(isLast ? READ : READ / 2, signal);
    const still = ring();
    if (!still) continue;
    still.classList.add("pressed");
    still.click();
    await pause(150, signal);
    still.classList.remove("pressed");
    if (isLast) return;
  }
}
// whether another press follows in the same step
function asksFirst(target) {
  const name = target.dataset.control;
  const { controls } = step();
  return (controls(cast).length > 1 && name === controls(cast)[0]) || "asks" in target.dataset;
}
async function run() {
  stopped = "";
  hideEnd();
  if (!step()) start();
  if (!cast) return ring();
  playing = new AbortController();
  const { signal } = playing;
  try {
    while (step()) {
      ring();
      await press(signal);
      await until(isSeen, signal);
      ring();
      await pause(READ / 2, signal);
      advance();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (playing?.signal === signal) playing = null;
    ring();
  }
}
function stop(why) {
  stopped = why;
  playing?.abort();
  playing = null;
  ring();
}

export function startCoach() {
  document.getElementById("coach-buttons").append(show, skip, again, play);
  for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", changeLanguage);
  document.addEventListener("actor", () => state && ring());
  for (const event of ["click", "input"]) document.addEventListener(event, () => state && queueMicrotask(ring));
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyN") return;
    event.preventDefault();
    reach(control(), true);
  });
}
