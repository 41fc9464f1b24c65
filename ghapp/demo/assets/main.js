// The page: the state from the server's stream, shown by each part.
import { showActors } from "./acting.js";
import { showBoard } from "./board.js";
import { follow, startCoach } from "./coach.js";
import { controlled } from "./dom.js";
import { startEnd } from "./end.js";
import { setNames } from "./inline.js";
import { openRow, showPulls, startNewPull } from "./pulls.js";
import { showSlack } from "./slack.js";
import { openTab, showNews, startTabs } from "./tabs.js";
import { showTrouble, startTrouble } from "./trouble.js";
import { say, setNow } from "./words.js";
import { showWorld, startWorld } from "./world.js";

function show(state) {
  setNow(state.now);
  setNames(state.repository, state.people);
  document.getElementById("repository").textContent = state.repository;
  document.title = `${state.repository} · ${say("page.name")}`;
  document.getElementById("own-board").href = state.board_address;
  showActors(state);
  for (const part of [showBoard, showPulls, showSlack, showTrouble, showWorld, showNews, follow]) part(state);
}

// an element that is drawn anew while it has the focus keeps it; one that is gone leaves it to its row, lane or message
function keepingFocus(draw) {
  const before = document.activeElement;
  const home = before?.closest(".pull, .lane, .message");
  draw();
  if (!before || before.isConnected) return;
  const after = controlled(before.dataset.control ?? "") ?? home?.querySelector("button, a");
  after?.focus({ preventScroll: true });
}

const connection = document.getElementById("connection");
function listen() {
  const source = new EventSource("/events");
  source.addEventListener("open", () => { connection.hidden = true; });
  source.addEventListener("error", () => { connection.hidden = false; });
  source.addEventListener("state", (event) => keepingFocus(() => show(JSON.parse(event.data))));
}

document.addEventListener("click", (event) => {
  const number = event.target.closest?.("a[href^='#pull-']")?.hash.slice("#pull-".length);
  if (!number) return;
  event.preventDefault();
  openTab("github");
  openRow(Number(number));
});
for (const start of [startTabs, startNewPull, startTrouble, startWorld, startCoach, startEnd]) start();
listen();
