// Reads messages in the format of messages.json from stdin; writes one page with a figure for each to stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createElement as h } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import Markdown from "react-markdown";
import gfm from "remark-gfm";

const require = createRequire(import.meta.url);
const { Message } = require("slack-blocks-to-jsx");
const css = readFileSync(require.resolve("slack-blocks-to-jsx/dist/style.css"), "utf8");
const said = [];
for await (const part of process.stdin) said.push(part);
const { people, groups, messages } = JSON.parse(Buffer.concat(said).toString());

const LOGO =
  "data:image/svg+xml;utf8," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="#2f5d50"/>' +
      '<path d="M13 23l7-7 7 7" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"/></svg>',
  );
const data = {
  users: Object.entries(people).map(([name, id]) => ({ id, name })),
  user_groups: Object.entries(groups).map(([name, id]) => ({ id, name })),
  channels: [],
};

// with `verbatim`, Slack still renders markup and mentions, but this renderer does not:
// https://docs.slack.dev/reference/block-kit/composition-objects/text-object
const shown = (blocks) => JSON.parse(JSON.stringify(blocks, (name, value) => (name === "verbatim" ? undefined : value)));
const slack = ({ blocks, time }) =>
  h(Message, { blocks: shown(blocks), logo: LOGO, name: "ghapp", time: new Date(time), theme: "light", data });
const github = ({ markdown }) =>
  h(
    "div",
    { className: "comment" },
    h("div", { className: "head" }, h("b", null, "ghapp"), h("span", null, "bot")),
    h("div", { className: "body" }, h(Markdown, { remarkPlugins: [gfm] }, markdown)),
  );

const OWN = `
  body { margin: 0; background: #fff; font-family: "DejaVu Sans", "Noto Sans CJK JP", "Noto Color Emoji", sans-serif; }
  figure { margin: 0; padding: 12px; width: 680px; box-sizing: border-box; background: #fff; }
  .comment { border: 1px solid #d1d9e0; border-radius: 6px; font-size: 14px; line-height: 1.5; color: #1f2328; }
  .comment .head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 7px 14px; border-radius: 6px 6px 0 0; }
  .comment .head span { border: 1px solid #d1d9e0; border-radius: 2em; color: #59636e; font-size: 12px; margin-left: 6px;
    padding: 0 7px; }
  .comment .body { padding: 12px 14px; }
  .comment p { margin: 0 0 8px; white-space: pre-line; }
  .comment p:last-child { margin: 0; }
  .comment code { background: #eff1f3; border-radius: 6px; font: 12px "DejaVu Sans Mono", monospace; padding: 2px 5px; }
  .comment a { color: #0969da; text-decoration: none; }
`;
const figures = messages.map((one) =>
  h("figure", { id: one.name, key: one.name }, one.markdown === undefined ? slack(one) : github(one)),
);
const page = renderToStaticMarkup(h("body", null, figures));
process.stdout.write(`<!doctype html><meta charset="utf-8"><style>${css}${OWN}</style>${page}`);
