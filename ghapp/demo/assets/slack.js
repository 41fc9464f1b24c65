// Slack: a channel with live buttons, folded threads, and a line to type.
import { act, acting } from "./acting.js";
import { avatar, button, el, keyed, onChange, place } from "./dom.js";
import { mrkdwn, slackText } from "./mrkdwn.js";
import { say } from "./words.js";

// as in Slack, a button with `confirm` asks before it acts; here the question takes the buttons' place, and stays there
// while ghapp edits the message
let asked = ""; // what the open question is about
function pressable(spot, block, it, row) {
  const [, environment, number] = (it.value ?? "").split("/");
  const control = `slack:${it.action_id}:${environment}:${number}`;
  const press = (node) => act("press", { ...spot, block_id: block.block_id, action_id: it.action_id, value: it.value, by: acting() }, node);
  const about = `${spot.ts} ${control}`;
  const ask = (node) => {
    asked = about;
    const leads = document.activeElement === node; // Play presses without the focus, and leaves it where it is
    const before = [...row.childNodes];
    const leave = () => { asked = ""; row.replaceChildren(...before); node.focus(); };
    const yes = button(it.confirm.confirm.text, async (pressed) => {
      asked = "";
      if (await press(pressed)) leave();
    }, { class: it.style, control: `${control}:confirm` });
    row.replaceChildren(el("div", { class: "question", role: "group", "aria-label": it.confirm.title.text },
      el("b", null, it.confirm.title.text), el("span", { class: "quiet" }, it.confirm.text?.text),
      el("div", { class: "actions" }, yes, button(it.confirm.deny.text, leave))));
    if (leads) yes.focus({ preventScroll: true });
  };
  const node = button(slackText(it.text), it.confirm ? ask : press, { class: it.style, control, "data-asks": Boolean(it.confirm) });
  return { node, asks: () => asked === about && ask(node) };
}
function actions(spot, block, elements) {
  const row = el("div", { class: "actions" });
  const all = elements.map((each) => pressable(spot, block, each, row));
  row.append(...all.map(({ node }) => node));
  for (const { asks } of all) asks();
  return row;
}
function drawn(spot, block) {
  switch (block.type) {
    case "header": return el("p", { class: "large" }, slackText(block.text));
    case "section": return [block.text && el("div", null, slackText(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((each) => el("div", null, slackText(each)))),
      block.accessory && actions(spot, block, [block.accessory])];
    case "context": return el("div", { class: "context" }, block.elements.map((each) => el("span", null, slackText(each))));
    case "actions": return actions(spot, block, block.elements);
    case "divider": return el("hr");
    default: return el("div", { class: "quiet" }, block.type);
  }
}

let isOpened = false; // what the page opens with is no news
function message(channel) {
  const element = el("article", { class: "message", onanimationend: () => element.classList.remove("fresh") });
  const draw = (it) => {
    element.classList.toggle("fresh", isOpened);
    const author = it.author ?? "ghapp";
    const bot = it.bot ?? !it.author;
    const content = it.blocks?.length ? it.blocks.map((block) => drawn({ channel, ts: it.ts }, block)) : mrkdwn(it.text ?? "");
    element.classList.toggle("is-private", Boolean(it.to));
    element.replaceChildren(avatar(author, bot), el("div", null,
      el("div", { class: "who" }, el("b", null, author), bot && el("span", { class: "app" }, say("slack.app")), el("time", null, it.at), it.edited && el("span", { class: "quiet" }, say("slack.edited")),
        it.to && el("span", { class: "quiet" }, say("slack.alone", { user: it.to }))),
      el("div", { class: "said" }, content)));
  };
  return { element, draw };
}
// a message with its replies, which are folded
function thread(channel) {
  const { element: parent, draw: drawParent } = message(channel);
  const replies = el("div", { class: "replies", hidden: true });
  const fold = button("", () => {
    replies.hidden = !replies.hidden;
    fold.setAttribute("aria-expanded", String(!replies.hidden));
  }, { class: "unfold", "aria-expanded": "false" });
  const element = el("div", { class: "thread" }, parent, fold, replies);
  const [drawReplies, drawFirst] = [keyed(() => message(channel)), onChange(drawParent)];
  const draw = ({ replies: all, ...first }) => {
    drawFirst(first);
    place(replies, drawReplies(all, (each) => each.ts));
    fold.hidden = !all.length;
    fold.textContent = say(all.length === 1 ? "slack.reply" : "slack.replies", { count: all.length });
  };
  return { element, draw };
}
function threads(messages) {
  const parents = new Map(messages.filter((one) => !one.thread).map((one) => [one.ts, { ...one, replies: [] }]));
  for (const one of messages) if (one.thread) parents.get(one.thread)?.replies.push(one);
  return [...parents.values()];
}

// the commands that fit now
function fitting({ board }) {
  const deploys = board.flatMap(({ environment, waiting }) => waiting.slice(0, 1).map(({ number }) => `/deploy ${environment} #${number}`));
  const back = board.map(({ rollback }) => rollback?.line).filter(Boolean);
  return [...new Set([...deploys, ...back, "/ghapp status", "/ghapp help"])];
}
function composer(channel) {
  const line = el("input", { placeholder: say("slack.write"), maxlength: 2000, autocomplete: "off", "aria-label": say("slack.line", { channel: channel.name }), "data-command": true });
  const send = el("button", { "data-control": "send" }, say("slack.send"));
  const chips = el("div", { class: "chips" });
  const form = el("form", { class: "composer" }, line, send, chips);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await act("type", { channel: channel.id, line: line.value.trim(), by: acting() })) line.value = "";
  });
  const draw = onChange((commands) => chips.replaceChildren(...commands.map((command) =>
    button(command, (node) => {
      line.value = command;
      if (document.activeElement === node) send.focus({ preventScroll: true });
    }, { class: "chip", control: `type:${command}` }))));
  return { form, draw };
}

function pane(channel) {
  const messages = el("div", { class: "messages", tabindex: 0, role: "log", "aria-label": `#${channel.name}` });
  const { form, draw: drawCommands } = composer(channel);
  const element = el("div", { class: "pane" }, messages, form);
  const drawThreads = keyed(() => thread(channel.id));
  let count = 0;
  const draw = ({ messages: all, commands }) => {
    const atEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
    place(messages, all.length ? drawThreads(threads(all), (each) => each.ts) : [el("p", { class: "empty" }, say("slack.none"))]);
    const ringed = messages.querySelector("[data-step]");
    if (ringed && all.length > count) ringed.scrollIntoView({ block: "nearest" });
    else if (atEnd || all.length > count) messages.scrollTop = messages.scrollHeight;
    count = all.length;
    drawCommands(commands);
  };
  return { element, draw };
}
const panes = keyed(pane);
const title = onChange((names) => { document.getElementById("channel").textContent = names.map((name) => `#${name}`).join(" "); });
export function showSlack(state) {
  title(state.slack.map((channel) => channel.name));
  document.getElementById("slack-down").hidden = !state.faults.slack;
  const commands = fitting(state);
  place(document.getElementById("channels"), panes(state.slack.map((channel) => ({ ...channel, commands })), (each) => each.id));
  isOpened = true;
}
