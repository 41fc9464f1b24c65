// The lanes: one environment each, readable from three metres.
import { acting, act } from "./acting.js";
import { avatar, button, el, hidden, icon, keyed, onChange, place, svg } from "./dom.js";
import { clock, countdown, now, say } from "./words.js";

// one sign for each state, as on the board, so that the colour is not alone
const SIGNS = {
  free: "M5 13l5 5L20 7",
  deploying: "M12 20V5M5 12l7-7 7 7",
  rolling_back: "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12h-3",
  cancelling: "M6 6l12 12M18 6L6 18",
  cooldown: "M12 3a9 9 0 1 0 .01 0M12 7v5l4 2",
  locked: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
  frozen: "M12 2v20M3.5 7l17 10M20.5 7l-17 10",
  unknown: "M8 9a4 4 0 1 1 5 4c-1 .5-1 1-1 2.5M12 20v.1",
  closed: "M4 12h16M12 3a9 9 0 1 0 .01 0",
};
SIGNS.rolled_back = SIGNS.unreadable = SIGNS.locked;
const sign = (state) => svg("svg", { viewBox: "0 0 24 24", class: "sign", "aria-hidden": "true" }, svg("path", { d: SIGNS[state] }));

function ring() {
  const arc = svg("circle", { class: "arc", cx: 20, cy: 20, r: 17, pathLength: 100 });
  const left = el("span", { class: "left" });
  const middle = el("span", { class: "middle" });
  const element = el("div", { class: "ring", "aria-hidden": "true" },
    svg("svg", { viewBox: "0 0 40 40" }, svg("circle", { class: "track", cx: 20, cy: 20, r: 17 }), arc), middle, left);
  let since, until;
  const tick = () => {
    element.classList.toggle("runs", Boolean(until));
    if (!until) return;
    const remaining = Math.max(0, until - now());
    const share = since < until ? Math.min(1, remaining / (until - since)) : 0;
    arc.setAttribute("stroke-dasharray", `${share * 100} 100`);
    left.textContent = countdown(remaining);
  };
  const draw = (lane) => {
    since = Date.parse(lane.since ?? lane.until);
    until = lane.until ? Date.parse(lane.until) : 0;
    middle.replaceChildren(sign(lane.state));
    tick();
  };
  return { element, draw, tick };
}

const titled = ({ number, title }) => [number && el("a", { href: `#pull-${number}` }, `#${number}`), " ", title];
const face = (name, ...text) => el("span", { class: "face" }, avatar(name), el("span", null, text));

function live({ live, rollback }, environment) {
  const back = (node) => act("type", { channel, line: rollback.line, by: acting() }, node);
  return [
    live ? el("p", { class: "what" }, titled(live)) : el("p", { class: "quiet" }, say("lane.live.none")),
    live && face(live.author, live.author, live.since && ` ${say("lane.since", { at: clock(live.since) })}`),
    rollback && button(rollback.label, back, { control: `rollback:${environment}`, class: "danger", title: rollback.line }),
  ];
}

function line({ waiting, until }) {
  if (!waiting.length) return el("p", { class: "quiet" }, say("lane.waiting.none"));
  return el("ol", null, waiting.slice(0, 4).map((one, index) => el("li", { title: one.why },
    face(one.waiter, one.waiter, " ", el("a", { href: `#pull-${one.number}` }, `#${one.number}`),
      !index && until && el("span", { class: "quiet" }, say("lane.from", { at: clock(until) }))))),
    waiting.length > 4 && el("li", { class: "quiet" }, say("lane.more", { count: waiting.length - 4 })));
}

// the shares of a bar keep their elements, so that they move
function traffic() {
  const bar = el("div", { class: "bar", "aria-hidden": "true" });
  const words = el("p", { class: "shares" });
  const shares = keyed(({ number }) => {
    const element = el("span", { class: number ? "share" : "share before" });
    return { element, draw: ({ percent, hue }) => { element.style.width = `${percent}%`; element.dataset.hue = hue; } };
  });
  const name = ({ number }) => (number ? `#${number}` : say("lane.before"));
  const draw = (all) => {
    const colours = all.map((one, index) => ({ ...one, hue: one.number ? one.number % 2 : index }));
    place(bar, shares(colours, (one) => one.number ?? 0));
    words.replaceChildren(...all.filter((one) => one.percent || one.tasks).map((one) =>
      el("span", { class: one.percent ? "" : "quiet" }, `${name(one)} ${one.percent}%`)));
  };
  return { nodes: [bar, words], draw };
}

const HIGH = 1; // percent
function errors({ percent, trail }) {
  const top = Math.max(5, ...trail);
  const points = trail.map((value, index) => `${(index * 100) / Math.max(1, trail.length - 1)},${29 - (value / top) * 27}`);
  const isHigh = percent >= HIGH;
  return el("div", { class: `errors ${isHigh ? "is-bad" : ""}` },
    el("span", { class: "rate" }, isHigh && icon("warning"), say("lane.errors", { percent })),
    svg("svg", { viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("polyline", { points: points.join(" ") })));
}

const RESULTS = { live: "success", failed: "failure", cancelled: "neutral", rolled_back: "back", lost: "doubt" };
function dots(releases, environment) {
  const dot = (one) => {
    const text = say("release.dot", { name: `${environment}-${one.number}`, pull: one.pull, kind: say(`release.${one.kind}`), result: say(`release.${one.result}`) });
    return el("li", { class: `release r-${one.result} k-${one.kind}`, title: text }, RESULTS[one.result] ? icon(RESULTS[one.result]) : el("i"), hidden(text));
  };
  const empty = Array.from({ length: Math.max(0, 12 - releases.length) }, () => el("span", { class: "release none", "aria-hidden": "true" }));
  return [el("ol", { class: "dots", "aria-label": say("lane.releases") }, releases.map(dot)), el("div", { class: "dots" }, empty)];
}

function lane({ environment }) {
  const circle = ring();
  const word = el("p", { class: "word", "aria-live": "polite" });
  const said = el("p", { class: "because" });
  const tile = el("div", { class: "tile" }, circle.element, el("div", { class: "words" }, el("h2", null, environment), word, said));
  const [liveBox, lineBox, moving, past] = [el("div"), el("div"), el("div"), el("div")];
  const cell = (name, label, ...content) => el("div", { class: `cell ${name}` }, el("h3", null, label), content);
  const shares = traffic();
  const [sharesBox, errorsBox] = [el("div", { class: "traffic" }, shares.nodes), el("div")];
  moving.append(sharesBox, errorsBox);
  const element = el("article", { class: "lane", "aria-label": environment, role: "region" }, tile,
    cell("live", say("lane.live"), liveBox), cell("line", say("lane.waiting"), lineBox),
    cell("moving", say("lane.traffic"), moving), cell("past", say("lane.releases"), past));
  const parts = [
    [onChange((state, text) => { tile.className = `tile s-${state}`; word.textContent = text; }), (it) => [it.state, it.word]],
    [onChange((sentences) => { said.textContent = said.title = sentences.join(" "); }), (it) => [it.said]],
    [onChange((it) => liveBox.replaceChildren(...live(it, environment).filter(Boolean))), (it) => [{ live: it.live, rollback: it.rollback }]],
    [onChange((it) => lineBox.replaceChildren(line(it))), (it) => [{ waiting: it.waiting, until: it.until }]],
    [onChange((all) => { sharesBox.hidden = !all.length; shares.draw(all); }), (it) => [it.traffic]],
    [onChange((it) => errorsBox.replaceChildren(...(it ? [errors(it)] : []))), (it) => [it.errors]],
    [onChange((all) => past.replaceChildren(...dots(all, environment))), (it) => [it.releases]],
  ];
  const draw = (it) => {
    circle.draw(it);
    for (const [show, of] of parts) show(...of(it));
    element.classList.toggle("still", !it.traffic.length && !it.errors);
  };
  ticks.add(circle.tick);
  return { element, draw };
}

const ticks = new Set();
setInterval(() => ticks.forEach((tick) => tick()), 500);

let channel; // where Roll back types its line
const lanes = keyed(lane);
const nothing = el("p", { class: "empty" }, say("board.none"));
export function showBoard({ board, slack }) {
  channel = slack[0]?.id;
  const shown = lanes(board, (one) => one.environment);
  place(document.getElementById("board"), shown.length ? shown : [nothing]);
}
