// Times in the reader's zone, countdowns, and a fresh page when a time has come or the connection is back.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const clock = new Intl.DateTimeFormat(language, {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
  const day = new Intl.DateTimeFormat(language, {month: "numeric", day: "numeric"});
  const units = language === "ja" ? ["時間", "分", "秒"] : ["h", "min", "s"];
  const gap = language === "ja" ? "" : " ";

  const localize = () => {
    const today = day.format(new Date());
    for (const one of document.querySelectorAll("time[datetime]:not([data-local])")) {
      const moment = new Date(one.dateTime);
      const date = day.format(moment);
      one.textContent = (date === today ? "" : date + " ") + clock.format(moment);
      one.dataset.local = "";
    }
  };

  const left = (seconds) => {
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const first = parts.findIndex((part) => part > 0);
    const shown = first < 0 ? [2] : first === 0 ? [0, 1] : [first, first + 1];
    return shown.filter((at) => at < 3).map((at) => parts[at] + gap + units[at]).join(gap);
  };

  const refresh = () => {
    for (const one of document.querySelectorAll("[sse-connect]")) htmx.trigger(one, "due");
  };

  const count = () => {
    for (const one of document.querySelectorAll("[data-until]")) {
      const seconds = Math.ceil((new Date(one.dataset.until) - Date.now()) / 1000);
      if (seconds > 0) {
        one.textContent = left(seconds);
      } else if (!one.dataset.over) {
        one.dataset.over = "yes";
        one.textContent = "";
        setTimeout(refresh, 1000 + Math.random() * 1000);
      }
    }
  };

  // A fresh part takes nothing from the reader: what has the focus, what is opened or scrolled stays. What is typed
  // stays by hx-preserve, which does not disturb the writing of a Japanese word.
  const HELD = "a[href], button, summary, details, [tabindex]";
  const NAMES = ["id", "class", "name", "value", "href", "aria-label"];
  let held = [];

  const parts = () => {
    const times = new Map();
    return new Map([...document.querySelectorAll(HELD)].map((one) => {
      const name = one.tagName + NAMES.map((name) => one.getAttribute(name)).join();
      times.set(name, (times.get(name) || 0) + 1);
      return [name + times.get(name), one];
    }));
  };

  const hold = () => {
    held = [...parts()].map(([name, one]) => ({name, one, left: one.scrollLeft, has: one === document.activeElement}));
  };

  const giveBack = () => {
    const fresh = parts();
    for (const {name, one, left, has} of held) {
      const now = fresh.get(name);
      if (!now || now === one) continue;
      if (one.open) now.open = true;
      now.scrollLeft = left;
      if (has) now.focus({preventScroll: true});
    }
    held = [];
  };

  const offline = document.getElementById("offline");
  let lost = 0;
  document.addEventListener("htmx:sseError", () => {
    lost = lost || setTimeout(() => { offline.hidden = false; }, 5000);  // a stream that only begins anew is no loss
  });
  document.addEventListener("htmx:sseOpen", () => {
    clearTimeout(lost);
    lost = 0;
    offline.hidden = true;
    refresh();  // what has changed between the page and the stream
  });
  let sent = 0;  // a form is on its way: the second click of two must not meet what a change brings in its place
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.act")) return;
    if (sent) event.preventDefault();
    sent = sent || setTimeout(() => { sent = 0; refresh(); }, 10000);  // the answer did not come: the page goes on
  });
  window.addEventListener("pageshow", () => { clearTimeout(sent); sent = 0; });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (sent) event.detail.shouldSwap = false;
    hold();
  });
  document.addEventListener("htmx:afterSwap", () => { localize(); count(); giveBack(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) count(); });
  for (const one of document.querySelectorAll("[data-again]")) setTimeout(() => location.reload(), one.dataset.again * 1000);
  for (const picture of document.querySelectorAll(".picture")) picture.scrollLeft = picture.scrollWidth;
  localize();
  count();
  setInterval(count, 1000);
})();
