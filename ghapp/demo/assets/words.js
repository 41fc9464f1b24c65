// The sentences, from ghapp/demo/words, and the world's time.
export const language = document.documentElement.lang;
const WORDS = JSON.parse(document.body.dataset.words);
export const say = (code, values = {}) => WORDS[code].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const hours = new Intl.DateTimeFormat(language, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone,
});
const days = new Intl.DateTimeFormat(language, { month: "numeric", day: "numeric", weekday: "short", timeZone: document.body.dataset.zone });
export const clock = (iso) => hours.format(new Date(iso));
export const moment = (milliseconds) => `${days.format(milliseconds)} ${hours.format(milliseconds)}`;

// the world's clock runs as this machine's does, ahead by what was skipped
let ahead = 0;
export const setNow = (iso) => { ahead = Date.parse(iso) - Date.now(); };
export const now = () => Date.now() + ahead;

export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86400);
  return days ? say("time.days", { days }) : say("time.hours", { hours: Math.floor(seconds / 3600) });
}
