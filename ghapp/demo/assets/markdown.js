// A subset of GitHub's Markdown.
import { el } from "./dom.js";
import { broken, emoji, entity, inline, link } from "./inline.js";

const GITHUB = new RegExp([
  "(?<ticks>`+)(?<code>[^`]|[^`].*?[^`])\\k<ticks>(?!`)",
  "\\\\(?<escaped>[!-\\/:-@\\[-`{-~])",
  "\\[(?<label>(?:\\\\.|[^\\]\\\\])+)\\]\\((?<href>https?:[^()\\s]+)\\)",
  "\\*\\*(?<bold>.+?)\\*\\*",
  "~~(?<strike>.+?)~~",
  "(?<![\\w*])\\*(?<star>[^*\\s](?:[^*]*[^*\\s])?)\\*(?![\\w*])",
  "(?<!\\w)_(?<low>[^_\\s](?:[^_]*[^_\\s])?)_(?!\\w)",
  "(?<url>https?:\\/\\/[^\\s<>()]+[^\\s<>().,;:!?、。])",
  "(?<![\\w@\\/.])@(?<mention>[a-z\\d](?:[a-z\\d-]*[a-z\\d])?(?:\\/[a-z\\d-]+)?)",
  "(?<![\\w&\\/])#(?<pull>\\d+)\\b",
  ":(?<emoji>[a-z\\d_+-]+):",
  "&(?<entity>lt|gt|amp|quot|nbsp|#\\d{1,7});",
  "(?<br><br\\s*\\/?>)",
].join("|"), "gis");
function githubInline(text) {
  return inline(text, GITHUB, (found, whole) => {
    if (found.code !== undefined) return el("code", null, found.code.replace(/^ (.*[^ ].*) $/, "$1"));
    if (found.escaped) return found.escaped;
    if (found.href) return link(found.href, githubInline(found.label));
    if (found.bold) return el("strong", null, githubInline(found.bold));
    if (found.strike) return el("s", null, githubInline(found.strike));
    if (found.star || found.low) return el("em", null, githubInline(found.star ?? found.low));
    if (found.url) return link(found.url, found.url);
    if (found.mention) return el("span", { class: "mention" }, `@${found.mention}`);
    if (found.pull) return el("a", { href: `#pull-${found.pull}` }, whole);
    if (found.emoji) return emoji(found.emoji);
    if (found.entity) return entity(found.entity);
    return el("br");
  });
}

const BULLET = /^\s*(?:[-*+]|(\d+)[.)])\s+/;
const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => githubInline(cell.trim()));
const BLOCKS = [
  { is: (line) => /^\s*>/.test(line), draw: (lines) => el("blockquote", null, markdown(lines.map((l) => l.replace(/^\s*> ?/, "")).join("\n"))) },
  { is: (line) => BULLET.test(line), draw: (lines) => el(BULLET.exec(lines[0])[1] ? "ol" : "ul", null, lines.map((l) => el("li", null, githubInline(l.replace(BULLET, ""))))) },
  { is: (line) => /^\s*\|.*\|\s*$/.test(line), draw: ([head, , ...rows]) => el("table", null,
      el("tr", null, cells(head).map((cell) => el("th", null, cell))), rows.map((row) => el("tr", null, cells(row).map((cell) => el("td", null, cell))))) },
  { is: (line) => /^\s*(-{3,}|\*{3,})\s*$/.test(line), draw: () => el("hr"), first: true },
  { is: (line) => /^#{1,6}\s/.test(line), draw: (lines) => lines.map((l) => el("strong", null, githubInline(l.replace(/^#+\s+/, "")))) },
].sort((a, b) => Boolean(b.first) - Boolean(a.first));
export function markdown(source) {
  const nodes = [];
  const lines = source.replace(/<!--[^]*?(-->|$)/g, "").replace(/\r/g, "").split("\n");
  while (lines.length) {
    const fence = /^\s*(`{3,}|~{3,})/.exec(lines[0]);
    const block = BLOCKS.find((each) => each.is(lines[0]));
    const taken = [];
    if (lines[0].trim() === "") lines.shift();
    else if (fence) {
      lines.shift();
      while (lines.length && !lines[0].trim().startsWith(fence[1])) taken.push(lines.shift());
      lines.shift();
      nodes.push(el("pre", null, el("code", null, taken.join("\n"))));
    } else if (block) {
      while (lines.length && block.is(lines[0])) taken.push(lines.shift());
      nodes.push(block.draw(taken));
    } else {
      while (lines.length && lines[0].trim() && !BLOCKS.some((each) => each.is(lines[0])) && !/^\s*(`{3,}|~{3,})/.test(lines[0])) taken.push(lines.shift());
      nodes.push(el("p", null, broken(taken, githubInline)));
    }
  }
  return nodes.flat();
}
