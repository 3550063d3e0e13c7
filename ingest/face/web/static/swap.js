// Takes from a newly read page what differs, part by part, so that focus, scroll and open details stay.

export async function read(url = location.href) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-cache" });
  if (answer.redirected && new URL(answer.url).pathname === "/login") {
    location.assign("/login");
    throw new Error("logged out");
  }
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return parse(await answer.text());
}

export const parse = (text) => new DOMParser().parseFromString(text, "text/html");

export const versionOf = (page) => page.documentElement.dataset.version;

export function swap(page) {
  const fresh = parts(page), old = parts(document);
  if (fresh.size !== old.size || [...fresh.keys()].some((name) => !old.has(name))) {
    replaceWhole(page);
  } else {
    for (const [name, part] of fresh) swapPart(old.get(name), part);
  }
  document.title = page.title;
  document.documentElement.dataset.version = versionOf(page);
  document.dispatchEvent(new CustomEvent("okr:swapped"));
}

export function tell(page) {
  const here = document.getElementById("message"), there = page.getElementById("message");
  if (!here || !there) return;
  here.replaceChildren(...there.childNodes);
  if (here.hasChildNodes()) here.focus();
}

function parts(page) {
  return new Map([...page.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

function swapPart(old, fresh) {
  const open = remember(old);
  if (plain(old) === plain(fresh) || isBusy(old)) return;
  fresh.hidden = old.hidden;
  const focused = old.contains(document.activeElement) ? place(old, document.activeElement) : -1;
  old.replaceWith(fresh);
  restore(fresh, open);
  if (focused >= 0) reachable(fresh)[focused]?.focus({ preventScroll: true });
  fresh.classList.add("fresh");
}

// Somebody is typing in it, or has typed: it is left for the next time.
function isBusy(part) {
  return [...part.querySelectorAll("input, textarea, select")].some(
    (field) => field === document.activeElement || (field.type !== "hidden" && field.value !== field.defaultValue && field.tagName !== "SELECT"),
  );
}

function replaceWhole(page) {
  const main = document.getElementById("main");
  if (isBusy(main)) return;
  const open = remember(main), focused = document.activeElement?.id;
  main.replaceChildren(...page.getElementById("main").childNodes);
  restore(main, open);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("okr:replaced"));
}

function plain(part) {
  const copy = part.cloneNode(true);
  copy.removeAttribute("hidden");
  copy.classList.remove("fresh");
  if (!copy.className) copy.removeAttribute("class");
  copy.querySelectorAll("details[open]").forEach((one) => one.removeAttribute("open"));
  return copy.outerHTML;
}

const remember = (within) => [...within.querySelectorAll("details[id][open]")].map((one) => one.id);

function restore(within, ids) {
  for (const one of within.querySelectorAll("details[id]")) if (ids.includes(one.id)) one.open = true;
}

const reachable = (within) => [...within.querySelectorAll("a[href], button, summary, input, [tabindex]")];
const place = (within, one) => reachable(within).indexOf(one);
