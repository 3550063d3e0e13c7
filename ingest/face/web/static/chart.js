// The chart of one key result that can be zoomed and read point by point. The picture drawn on the server stays for
// print, and for browsers without scripts.
import { columns, heights } from "./columns.js";
import { paintBack, paintFront } from "./paint.js";
import { attach } from "./zoom.js";

const HEIGHT = 320;

export async function draw(figure) {
  const plot = figure.querySelector(".plot"), tools = figure.querySelector(".tools");
  let picture = await load(figure), chart = null;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function show() {
    const kept = chart && { x: { ...chart.scales.x } };
    chart?.destroy();
    plot.hidden = tools.hidden = false;
    figure.querySelector(".drawn").hidden = true;
    chart = new uPlot(options(picture, plot, kept?.x), columns(picture), plot);
    plot.chart = chart;
  }

  show();
  attach(plot, tools, figure.dataset.title, () => chart, () => picture);
  new ResizeObserver(() => { if (plot.clientWidth && plot.clientWidth !== chart.width) chart.setSize({ width: plot.clientWidth, height: HEIGHT }); }).observe(plot);
  dark.addEventListener("change", show);
  document.addEventListener("okr:swapped", async () => {
    figure.querySelector(".drawn").hidden = true;
    picture = await load(figure).catch(() => picture);
    show();
  });
}

async function load(figure) {
  const answer = await fetch(figure.dataset.chart, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

function options(picture, plot, kept) {
  const style = getComputedStyle(plot);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const [low, high] = heights(picture);
  const axis = { stroke: colour("faint"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 }, font: "12px system-ui, sans-serif" };
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: picture.zone, day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: picture.zone, weekday: "short", hour: "2-digit", minute: "2-digit" });
  const line = (more) => ({ points: { show: false }, spanGaps: true, ...more });
  const dots = picture.points.length <= 120 && !picture.bars.length;
  return {
    width: plot.clientWidth || 600,
    height: HEIGHT,
    padding: [8, 26, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), picture.zone),
    cursor: { drag: { x: true, y: false }, points: { size: 8 } },
    legend: { show: false },
    scales: {
      x: { time: true, min: kept?.min ?? picture.start, max: kept?.max ?? picture.end, range: (chart, min, max) => [Math.max(min ?? picture.start, picture.start), Math.min(max ?? picture.end, picture.end)] },
      y: { range: () => [low, high] },
    },
    axes: [{ ...axis, space: 70, values: (chart, ticks, index, space, step) => ticks.map((at) => (step < 86400 ? hour : day).format(at * 1000)) }, { ...axis, size: 64, values: (chart, ticks) => ticks.map((one) => tick(one, picture)) }],
    series: [
      {},
      line({ label: "value", stroke: colour("accent"), width: 2, paths: picture.bars.length ? () => null : picture.counts ? uPlot.paths.stepped({ align: 1 }) : undefined, points: { show: dots, size: 5, fill: colour("accent") } }),
      line({ label: "should be", stroke: colour("faint"), width: 1.25, dash: [2, 4] }),
    ],
    hooks: {
      drawAxes: [(chart) => paintBack(chart, picture, colour)],
      draw: [(chart) => paintFront(chart, picture, colour)],
    },
  };
}

export function figure(value, picture) {
  if (value === null || value === undefined) return "–";
  const shown = picture.percent ? value * 100 : value;
  const size = Math.abs(shown);
  const digits = size >= 1000 ? { maximumSignificantDigits: 15, maximumFractionDigits: 0 } : size > 0 && size < 0.0995 ? { maximumSignificantDigits: 3 } : { maximumSignificantDigits: 4, maximumFractionDigits: 2 };
  return percent(isExtreme(size) ? short(shown) : new Intl.NumberFormat("en", { ...digits, roundingPriority: digits.maximumFractionDigits === undefined ? "auto" : "lessPrecision" }).format(shown), picture);
}

// At an axis, where there is little room and each is another: 35M.
function tick(value, picture) {
  const shown = picture.percent ? value * 100 : value, size = Math.abs(shown);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return percent(short(shown), picture);
  return percent(new Intl.NumberFormat("en", { notation: size < 1e6 ? "standard" : "compact", maximumSignificantDigits: 7 }).format(shown), picture);
}

const isExtreme = (size) => size >= 1e15 || (size > 0 && size < 1e-9);
const short = (shown) => String(Number(shown.toPrecision(4)).toExponential());
const percent = (text, picture) => (picture.percent ? `${text} %` : text);
