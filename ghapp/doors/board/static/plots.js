// The plots of the figures, from the values of the table beside them: a line for each environment.
"use strict";
(() => {
  const MOST = 6;
  const rows = [...document.querySelectorAll("tr[data-month]")];
  const months = [...new Set(rows.map((row) => row.dataset.month))].sort();
  const names = [...new Set(rows.map((row) => row.dataset.name))].slice(0, MOST);
  const style = getComputedStyle(document.documentElement);  // it follows the reader from light to dark
  const colour = (name) => () => style.getPropertyValue(`--${name}`).trim();
  const at = months.map((month) => Date.parse(month + "-01T00:00:00Z") / 1000);

  const values = (name, measure) => months.map((month) => {
    const row = rows.find((one) => one.dataset.name === name && one.dataset.month === month);
    const value = row ? row.querySelector(`[data-plot=${measure}]`).dataset.value : "";
    return value === "" ? null : Number(value);
  });

  const legend = document.getElementById("plotted");
  names.forEach((name, index) => {
    const item = document.createElement("li");
    item.className = `line-${index + 1}`;
    item.textContent = name;
    legend.append(item);
  });

  for (const box of document.querySelectorAll("div.plot")) {
    if (!months.length) { box.remove(); continue; }
    const axis = {stroke: colour("muted"), grid: {stroke: colour("rule"), width: 1}, ticks: {stroke: colour("rule"), width: 1}};
    const unit = box.dataset.unit;
    const options = () => ({
      width: box.clientWidth, height: 170, legend: {show: false}, tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "Etc/UTC"),
      scales: {x: {time: true, range: (_, low, high) => at.length === 1 ? [at[0] - 1e6, at[0] + 1e6] : [low, high]},
        y: {range: (_, low, high) => [0, Math.max(high || 0, 1) * 1.1]}},
      axes: [{...axis, values: (_, splits) => splits.map((one) => new Date(one * 1000).toISOString().slice(2, 7)),
        splits: () => at, space: 40},
        {...axis, size: 56, values: (_, splits) => splits.map((one) => one + (unit ? " " + unit : ""))}],
      series: [{value: (_, one) => one === null ? "" : new Date(one * 1000).toISOString().slice(0, 7)},
        ...names.map((name, index) => ({label: name, stroke: colour(`line-${index + 1}`), width: 2,
          points: {size: 6, fill: colour("card")},
          dash: index > 2 ? [6, 4] : undefined, spanGaps: true,
          value: (_, one) => one === null ? "–" : one.toFixed(1) + (unit ? " " + unit : "")}))],
    });
    const data = [at, ...names.map((name) => values(name, box.dataset.plot))];
    const plot = new uPlot(options(), data, box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw());
    new ResizeObserver(() => plot.setSize({width: box.clientWidth, height: 170})).observe(box);
  }
})();
