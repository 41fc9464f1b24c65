// The minute as data. The coach rings what a step names, and Play presses it.
//
// by: who acts. controls: what is to be pressed, in this order (a control is named by its data-control).
// seen: whether the state shows the result; `before` is the state in which the step began.
const lane = (state) => state.board.find((one) => one.environment === "production") ?? state.board.at(-1);
const pull = (state, number) => state.pulls.find((one) => one.number === number);
const messages = (state) => state.slack.flatMap((channel) => channel.messages);
const newest = (state) => Math.max(0, ...messages(state).map((one) => Number(one.ts)));
const buttons = (state) => messages(state).flatMap((one) => (one.blocks ?? []).flatMap((block) => block.elements ?? []));
const offers = (state, action, number) =>
  buttons(state).some((one) => one.action_id === action && one.value?.split("/").slice(1, 3).join("/") === `${lane(state).environment}/${number}`);
const isLive = (state, number) => lane(state).live?.number === number && !lane(state).run;

export const STEPS = [
  { id: "merge", by: "first", controls: ({ first }) => [`merge:${first.number}`],
    seen: (state, { first }) => offers(state, "deploy", first.number) },
  { id: "deploy", by: "first", controls: ({ first, environment }) => [`slack:deploy:${environment}:${first.number}`],
    seen: (state) => lane(state).state === "deploying" && state.pulls.some((one) => one.state === "open" && one.gate && one.gate.state !== "success") },
  { id: "join", by: "second", controls: ({ second }) => [`merge:${second.number}`],
    seen: (state, { second }) => lane(state).waiting.some((one) => one.number === second.number) || offers(state, "deploy", second.number) },
  { id: "refused", by: "second", controls: ({ second, environment }) => [`type:/deploy ${environment} #${second.number}`, "send"],
    seen: (state, { second }, before) => messages(state).some((one) => one.to === second.by && one.blocks?.length && Number(one.ts) > newest(before)) },
  { id: "live", seen: (state, { first }) => isLive(state, first.number) && (offers(state, "unlock", first.number) || lane(state).state === "free") },
  { id: "next", by: "first", controls: ({ first, environment }) => [`slack:unlock:${environment}:${first.number}`],
    seen: (state, { second }) => lane(state).state === "free" && offers(state, "deploy", second.number) },
  { id: "again", by: "second", controls: ({ second, environment }) => [`slack:deploy:${environment}:${second.number}`],
    seen: (state, { second }) => lane(state).run?.status === "in_progress" || isLive(state, second.number) },
  { id: "kill", by: "second", controls: () => ["kill"],
    seen: (state, _, before) => state.counts.kills > before.counts.kills && state.faults.server === "up" },
  { id: "back", seen: (state, { second }) => isLive(state, second.number) },
  { id: "errors", seen: (state) => (lane(state).errors?.percent ?? 100) >= 3 },
  { id: "rollback", by: "second", controls: ({ environment }) => [`rollback:${environment}`],
    seen: (state, { first }) => isLive(state, first.number) && lane(state).state !== "rolling_back" },
];

// the parts of the minute: a release that is good and one that is bad, of two people. Null if there are none to merge
export function castOf(state) {
  const open = state.pulls.filter((one) => one.state === "open").sort((a, b) => a.number - b.number);
  const good = open.find((one) => (one.kind ?? "good") === "good");
  const bad = open.find((one) => one.kind === "bad");
  const people = state.people.filter((one) => one.may).map((one) => one.login);
  if (!good || !bad || people.length < 2 || lane(state).state !== "free") return null;
  const part = ({ number }, by) => ({ number, by });
  const first = part(good, good.author);
  const second = part(bad, bad.author === good.author ? people.find((login) => login !== good.author) : bad.author);
  return { first, second, environment: lane(state).environment };
}
export const isUntouched = (state) => state.pulls.every((one) => one.state === "open") && state.runs.length === 0;
export const values = ({ first, second, environment }) => ({ first: first.number, second: second.number, one: first.by, other: second.by, environment });
export const isThere = (state, { first, second }) => Boolean(pull(state, first.number) && pull(state, second.number));
export const wasOnlyOnce = (state) => state.counts.done_twice === 0 && state.counts.two_at_once === 0;
