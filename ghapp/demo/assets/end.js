// The end card: what the local services have counted, as beside the faults.
import { figure, seconds, zero } from "./trouble.js";

const card = document.getElementById("end");
const figures = document.getElementById("end-figures");

export function showEnd({ counts, runs }) {
  figures.replaceChildren(figure("deliveries", counts.deliveries), figure("runs", runs.length), figure("kills", counts.kills), figure("prompt_after", seconds(counts.prompt_after)),
    zero("done_twice", counts.done_twice), zero("two_at_once", counts.two_at_once));
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
