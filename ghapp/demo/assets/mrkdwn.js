// A subset of Slack's mrkdwn.
import { el } from "./dom.js";
import { broken, emoji, entity, inline, link, person } from "./inline.js";

// as in Slack, a formatting character counts only if no letter, kana or kanji touches it
const SLACK = new RegExp([
  "`(?<code>[^`]+)`",
  "<(?<angle>[^<>]+)>",
  "(?<![\\p{L}\\p{N}])\\*(?<bold>[^*\\s](?:[^*]*[^*\\s])?)\\*(?![\\p{L}\\p{N}])",
  "(?<![\\p{L}\\p{N}])_(?<low>[^_\\s](?:[^_]*[^_\\s])?)_(?![\\p{L}\\p{N}])",
  "(?<![\\p{L}\\p{N}])~(?<strike>[^~\\s](?:[^~]*[^~\\s])?)~(?![\\p{L}\\p{N}])",
  ":(?<emoji>[a-z\\d_+\\-]+):",
  "&(?<entity>lt|gt|amp);",
].join("|"), "gu");
const plain = (text) => text.replace(/&(lt|gt|amp);/g, (_, name) => entity(name));
function slackAngle(inner) {
  const [target, label] = inner.split(/\|(.*)/s);
  const shown = label === undefined ? undefined : plain(label);
  if (target[0] === "@") return el("span", { class: "mention" }, `@${person(target.slice(1)) ?? shown ?? target.slice(1)}`);
  if (target[0] === "#") return el("span", { class: "mention" }, `#${shown ?? target.slice(1)}`);
  if (target.startsWith("!date")) return shown ?? "";
  if (target[0] === "!") return el("span", { class: "mention" }, shown ?? `@${target.slice(1).replace(/^subteam\^/, "")}`);
  return link(plain(target), shown ?? plain(target));
}
function slackInline(text) {
  return inline(text, SLACK, (found) => {
    if (found.code) return el("code", null, plain(found.code));
    if (found.angle) return slackAngle(found.angle);
    if (found.bold) return el("strong", null, slackInline(found.bold));
    if (found.low) return el("em", null, slackInline(found.low));
    if (found.strike) return el("s", null, slackInline(found.strike));
    if (found.emoji) return emoji(found.emoji);
    return entity(found.entity);
  });
}
export function mrkdwn(text) {
  const nodes = [];
  text.split("```").forEach((part, index, { length }) => {
    if (index % 2) nodes.push(el("pre", null, el("code", null, plain(part.replace(/^\n|\n$/g, "")))));
    else {
      const inner = index ? part.replace(/^\n/, "") : part;
      const lines = (index < length - 1 ? inner.replace(/\n$/, "") : inner).split("\n");
      while (lines.length) {
        const quoted = /^(>|&gt;)/.test(lines[0]);
        const taken = [];
        while (lines.length && /^(>|&gt;)/.test(lines[0]) === quoted) taken.push(lines.shift().replace(/^(>|&gt;) ?/, ""));
        if (taken.join("")) nodes.push(el(quoted ? "blockquote" : "div", null, broken(taken, slackInline)));
      }
    }
  });
  return nodes;
}
export const slackText = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : [el("span", null, object.text.replace(/:([a-z\d_+-]+):/g, (_, name) => emoji(name)))]);
