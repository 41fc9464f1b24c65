// Who acts, and the one way to act: a verb of the demo's server.
import { avatar, el } from "./dom.js";
import { say } from "./words.js";

let actor;
export const acting = () => actor;

const group = document.getElementById("actors");
export function showActors({ people, pulls }) {
  actor ??= pulls.findLast((one) => one.state === "open")?.author ?? people[0]?.login; // the newest comes first
  if (group.querySelectorAll("input").length === people.length) return;
  group.querySelectorAll("label").forEach((label) => label.remove());
  group.append(...people.map(({ login, may }) => {
    const choose = () => { actor = login; document.dispatchEvent(new CustomEvent("actor")); };
    return el("label", { class: "actor" },
      el("input", { type: "radio", name: "actor", value: login, checked: login === actor, "data-control": `actor:${login}`, onchange: choose }),
      avatar(login), el("span", null, login), !may && el("small", null, say("actor.visitor")));
  }));
}

const toast = document.getElementById("toast");
const alarm = document.getElementById("alarm");
const timers = new Map();
function shortly(node, ...content) {
  node.replaceChildren(...content);
  node.hidden = false;
  clearTimeout(timers.get(node));
  timers.set(node, setTimeout(() => { node.hidden = true; }, 6000));
}
export const tell = (...content) => shortly(toast, ...content);
export const quiet = () => { toast.hidden = true; };

export async function act(verb, args, control) {
  if (control) control.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/do/${verb}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(args) });
    if (answer.ok) return true;
    const { error } = await answer.json().catch(() => ({}));
    shortly(alarm, error ?? say("page.failed", { status: answer.status }));
  } catch {
    shortly(alarm, say("page.away"));
  } finally {
    control?.removeAttribute("aria-busy");
  }
  return false;
}

