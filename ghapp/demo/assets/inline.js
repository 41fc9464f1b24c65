// What GitHub's Markdown and Slack's mrkdwn have in common.
import { el } from "./dom.js";

const EMOJI = {
  rocket: "🚀", eyes: "👀", "+1": "👍", "-1": "👎", laugh: "😄", hooray: "🎉", confused: "😕", heart: "❤️",
  tada: "🎉", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", no_entry: "⛔", lock: "🔒",
  unlock: "🔓", hourglass: "⌛", hourglass_flowing_sand: "⏳", rewind: "⏪", bell: "🔔", snowflake: "❄️",
  construction: "🚧", wave: "👋", information_source: "ℹ️", arrows_counterclockwise: "🔄", rotating_light: "🚨",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", ship: "🚢", pray: "🙏", zzz: "💤",
};
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: "\u00a0" };
export const entity = (name) => (name[0] === "#" ? String.fromCodePoint(Math.min(Number(name.slice(1)), 0x10ffff)) : ENTITIES[name]);

const names = { repository: "", people: new Map() };
export function setNames(repository, people) {
  names.repository = repository;
  names.people = new Map(people.map((person) => [person.member, person.login]));
}
export const person = (member) => names.people.get(member);

// a page of the local GitHub cannot be opened; its pull requests are rows of this page
export function link(url, ...label) {
  const own = names.repository && url.includes(`/${names.repository}/`);
  const pull = own && url.match(/\/pull\/(\d+)/);
  if (pull) return el("a", { href: `#pull-${pull[1]}` }, ...label);
  if (own || !/^https?:\/\//i.test(url)) return el("span", { class: "quiet", title: url }, ...label);
  return el("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, ...label);
}
export function inline(text, pattern, draw) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    nodes.push(text.slice(from, match.index), draw(match.groups, match[0]));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}
export const coded = (text) => inline(text, /`(?<code>[^`]+)`/g, ({ code }) => el("code", null, code));
export const broken = (lines, draw) => lines.flatMap((line, index) => (index ? [el("br"), draw(line)] : [draw(line)])).flat();
