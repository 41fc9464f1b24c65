// @octokit/webhooks on Node's own HTTP server, with a handler that does nothing.
import { createServer } from "node:http";
import { Webhooks, createNodeMiddleware } from "@octokit/webhooks";

const webhooks = new Webhooks({ secret: process.env.WEBHOOK_SECRET });
webhooks.on(["pull_request.closed", "issue_comment.created"], async () => {});
createServer(createNodeMiddleware(webhooks, { path: process.env.WEBHOOK_PATH })).listen(Number(process.env.PORT));
