// @octokit/webhooks, which answers when its handlers are done: what they have stored is durable by then.
import { createServer } from "node:http";
import { Webhooks, createNodeMiddleware } from "@octokit/webhooks";
import { keep } from "./deliveries.js";

const webhooks = new Webhooks({ secret: process.env.WEBHOOK_SECRET });
webhooks.onAny(keep);
createServer(createNodeMiddleware(webhooks, { path: process.env.WEBHOOK_PATH })).listen(Number(process.env.PORT));
