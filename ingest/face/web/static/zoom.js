// Zooming and reading by mouse, buttons and keys.
import { figure } from "./chart.js";

const KEYS = "arrow keys read point by point, + and − zoom, 0 shows the whole period";

export function attach(plot, tools, title, chart, picture) {
  const told = document.createElement("output");
  const buttons = [["+", "Zoom in", () => zoom(0.5)], ["−", "Zoom out", () => zoom(2)], ["Whole period", "Whole period", whole]];
  for (const [text, label, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    tools.append(button);
  }
  tools.append(told);
  plot.tabIndex = 0;
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-roledescription", "chart");
  plot.setAttribute("aria-label", `${title}: ${KEYS}; the same numbers are in the table below`);
  let place = null;

  function zoom(by) {
    const { min, max } = chart().scales.x, all = picture();
    const middle = place === null ? (min + max) / 2 : Math.min(Math.max(readable()[place][0], min), max);
    const half = Math.min(Math.max((max - min) * by, 3600), all.end - all.start) / 2;
    const from = Math.max(Math.min(middle - half, all.end - 2 * half), all.start);
    chart().setScale("x", { min: from, max: from + 2 * half });
  }

  function whole() {
    chart().setScale("x", { min: picture().start, max: picture().end });
  }

  // [time, what is told of it]
  function readable() {
    const all = picture();
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: all.zone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
    const value = (number) => `${figure(number, all)}${all.unit ? ` ${all.unit}` : ""}`;
    const rows = all.bars.length
      ? all.bars.map(([text, start, end, number, low, high, kept]) => [(start + end) / 2, `${text}: ${number === null ? "unknown or to come" : value(number)}${low !== null || high !== null ? `, to reach ${value(low ?? high)}` : ""}${kept === null ? "" : kept ? ", reached" : ", not reached"}`])
      : all.points.map(([at, number, progress, status]) => [at, `${day.format(at * 1000)}: ${value(number)}${progress === null ? "" : `, ${Math.floor(progress * 100)} %`}, ${status.replace("_", " ")}`]);
    return rows.map(([at, text]) => [at, text + near(all, at)]);
  }

  function near(all, at) {
    const reach = (chart().scales.x.max - chart().scales.x.min) / 120;
    const flags = all.flags.filter(([when]) => Math.abs(when - at) < reach).map(([, , text]) => text);
    return (all.by_hand.some(([when]) => when === at) ? " (by hand)" : "") + (flags.length ? ` · ${flags.join(" · ")}` : "");
  }

  function read(next) {
    const rows = readable();
    if (!rows.length) return;
    place = Math.min(Math.max(next, 0), rows.length - 1);
    const [at, text] = rows[place], { min, max } = chart().scales.x;
    if (at < min || at > max) {
      const half = (max - min) / 2, all = picture(), from = Math.max(Math.min(at - half, all.end - 2 * half), all.start);
      chart().setScale("x", { min: from, max: from + 2 * half });
    }
    chart().setCursor({ left: chart().valToPos(at, "x"), top: 10 });
    told.textContent = text;
  }

  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = readable().length - 1, here = place ?? last + 1;
    const acts = { ArrowLeft: () => read(here - 1), ArrowRight: () => read(here + 1), Home: () => read(0), End: () => read(last), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), "0": whole };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  plot.addEventListener("mousemove", () => {
    const { left } = chart().cursor, rows = readable();
    if (!rows.length || !(left >= 0)) return;
    const at = chart().posToVal(left, "x");
    place = rows.reduce((best, [when], index) => (Math.abs(when - at) < Math.abs(rows[best][0] - at) ? index : best), 0);
    told.textContent = rows[place][1];
  });
}
