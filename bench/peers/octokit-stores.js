// @octokit/webhooks with a handler that stores each delivery. It answers after its handlers, so the delivery is durable.
import { createServer } from "node:http";
import { Webhooks, createNodeMiddleware } from "@octokit/webhooks";
import { keep } from "./deliveries.js";

const webhooks = new Webhooks({ secret: process.env.WEBHOOK_SECRET });
webhooks.onAny(keep);
createServer(createNodeMiddleware(webhooks, { path: process.env.WEBHOOK_PATH })).listen(Number(process.env.PORT));
