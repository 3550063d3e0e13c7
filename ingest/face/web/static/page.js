// What every page runs. Without it all works too: forms post, links lead, and the pictures are there.
import { follow } from "./live.js";
import { enhanceForms } from "./forms.js";

follow();
enhanceForms();
const figure = document.querySelector("[data-chart]");
if (figure && globalThis.uPlot) {
  const { draw } = await import("./chart.js");
  draw(figure);
}
