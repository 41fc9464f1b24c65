// Probot, which answers when its handlers are done: what they have stored is durable by then.
import { run } from "probot";
import { keep } from "./deliveries.js";

run((app) => {
  app.onAny(keep);
});
