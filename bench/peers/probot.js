// Probot as in its documentation, with a handler that does nothing.
import { run } from "probot";

run((app) => {
  app.on(["pull_request.closed", "issue_comment.created"], async () => {});
});
