// Follows the service: an event holds the number of the newest state, and a page that shows another reads itself again.
// While there are no events it asks every half minute; the browser connects again by itself, and where it gives up, we do.
import { read, swap, versionOf } from "./swap.js";

const ASK = 30_000; // milliseconds between questions while there is no connection
const APART = 1_500; // at least so long from one reading to the next
const MOST = 60_000;

let wanted = null; // the newest number that was told
let reading = false, again = false, last = 0;
let source = null, wait = 1_000;
const sign = document.getElementById("live");

export function follow() {
  if (!versionOf(document) || !sign || new URLSearchParams(location.search).has("at")) return;
  connect();
  setInterval(() => { if (source?.readyState !== EventSource.OPEN || isBehind()) refresh(); }, ASK);
  addEventListener("online", () => { reconnect(); refresh(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { reconnect(); refresh(); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && isBehind()) refresh(); });
}

export async function refresh() {
  if (reading) { again = true; return; }
  reading = true;
  try {
    do {
      again = false;
      const pause = last + APART - Date.now();
      if (pause > 0) await new Promise((done) => setTimeout(done, pause));
      last = Date.now();
      swap(await read());
    } while (again);
  } catch {
    show(false);
  } finally {
    reading = false;
  }
}

function connect() {
  source = new EventSource("/events");
  source.onopen = () => { wait = 1_000; show(true); };
  source.onmessage = (event) => {
    wanted = event.data;
    show(true);
    if (isBehind() && !document.hidden) refresh();
  };
  source.onerror = () => {
    show(false);
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(reconnect, wait);
    wait = Math.min(wait * 2, MOST);
  };
}

function reconnect() {
  if (source?.readyState === EventSource.OPEN) return;
  source?.close();
  connect();
}

const isBehind = () => wanted !== null && wanted !== versionOf(document);

function show(on) {
  const text = on ? "live" : "not connected, trying again";
  sign.classList.toggle("on", on);
  sign.classList.toggle("off", !on);
  if (sign.textContent !== text) sign.textContent = text;
}
