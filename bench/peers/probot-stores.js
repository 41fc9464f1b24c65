// Probot with a handler that stores each delivery. It answers after its handlers, so the delivery is durable.
import { run } from "probot";
import { keep } from "./deliveries.js";

run((app) => {
  app.onAny(keep);
});
