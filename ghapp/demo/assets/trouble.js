// What can go wrong, switched on here; and what the local services counted meanwhile.
import { act } from "./acting.js";
import { button, el, hidden, icon, onChange } from "./dom.js";
import { say } from "./words.js";

const FAULTS = ["twice", "reverse", "lose", "slack", "github"];

function toggle(label, title, set, control) {
  const node = el("button", { type: "button", role: "switch", class: "switch", title, "aria-checked": "false", "data-control": control,
    onclick: () => set(node.getAttribute("aria-checked") !== "true", node) },
    el("i", { "aria-hidden": "true" }), label);
  return node;
}

const faults = new Map(FAULTS.map((name) => [name, toggle(say(`fault.${name}`), say(`fault.${name}.hint`),
  (on, node) => act("fault", { name, on }, node), `fault:${name}`)]));
const server = el("span", { class: "server", role: "status" });
const kill = button([el("code", null, "kill -9"), " ", say("fault.kill")], (node) => act("kill", {}, node), { control: "kill", class: "danger" });
const freeze = toggle(say("world.freeze"), say("world.freeze.hint"), (on, node) => act("freeze", { on }, node), "freeze");

const FIGURE = { "is-good": "success", "is-bad": "failure" };
export const figure = (code, value, kind) => el("div", { class: `figure ${kind ?? ""}`, title: say(`count.${code}.hint`) },
  el("dt", null, say(`count.${code}`)), el("dd", null, kind && icon(FIGURE[kind]), value));
export const zero = (code, value) => figure(code, value, value ? "is-bad" : "is-good");
export const seconds = (value) => (value === null ? "–" : say("count.seconds", { seconds: value.toFixed(2) }));
function figures(counts) {
  const [held, all] = counts.gates_held;
  return [
    zero("done_twice", counts.done_twice), zero("two_at_once", counts.two_at_once),
    figure("prompt_after", seconds(counts.prompt_after)), figure("gates_held", all ? `${held}/${all}` : "–", all ? (held === all ? "is-good" : "is-bad") : ""),
    figure("deliveries", counts.deliveries), figure("seen_twice", counts.seen_twice),
    figure("lost", counts.lost), figure("kills", counts.kills),
  ];
}

const counted = document.getElementById("counts");
export function startTrouble() {
  document.getElementById("faults").append(el("div", { class: "kill" }, kill, server), ...faults.values());
  document.getElementById("freeze").append(freeze);
}
const showFigures = onChange((counts) => counted.replaceChildren(...figures(counts)));
const showServer = onChange((state) => {
  server.className = `server is-${state}`;
  server.replaceChildren(el("i"), hidden(say("fault.server")), " ", say(`fault.server.${state}`));
  document.getElementById("down").hidden = state === "up";
});
export function showTrouble({ counts, faults: on, freeze: frozen }) {
  for (const [name, node] of faults) node.setAttribute("aria-checked", String(Boolean(on[name])));
  freeze.setAttribute("aria-checked", String(frozen));
  kill.setAttribute("aria-disabled", String(on.server !== "up"));
  showServer(on.server);
  showFigures(counts);
}
