// Posts the page's forms without leaving it, shows that something goes on, and takes over the page that answers.
import { parse, swap, tell } from "./swap.js";

export function enhanceForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.closest("nav") || "plain" in form.dataset) return;
    event.preventDefault();
    post(form, event.submitter);
  });
  dropTold();
}

async function post(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const end = begin(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    if (answer.status === 401 || new URL(answer.url).pathname === "/login") return location.assign("/login");
    if (!answer.ok) throw new Error(await reason(answer));
    const page = parse(await answer.text());
    if (page.querySelector("#message .good")) {
      form.reset();
      form.closest("details")?.removeAttribute("open");
    }
    end();
    swap(page);
    tell(page);
  } catch (error) {
    end();
    say(error.message || "the service did not answer");
  }
}

// Disables the button and counts the seconds of what may take long.
function begin(form, button) {
  if (button) button.disabled = true;
  form.setAttribute("aria-busy", "true");
  let timer = 0, shown = null;
  if (form.dataset.slow) {
    shown = document.createElement("p");
    shown.className = "progress";
    shown.setAttribute("role", "status");
    const bar = document.createElement("progress"), text = document.createElement("span");
    bar.setAttribute("aria-label", form.dataset.slow);
    text.textContent = `${form.dataset.slow} …`;
    shown.append(bar, text);
    form.after(shown);
    const began = Date.now();
    timer = setInterval(() => { text.textContent = `${form.dataset.slow}: ${Math.round((Date.now() - began) / 1000)} s`; }, 1000);
  }
  return () => {
    clearInterval(timer);
    shown?.remove();
    form.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  };
}

async function reason(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return `the service answered ${answer.status}`;
  }
}

function say(text) {
  const here = document.getElementById("message"), line = document.createElement("p");
  if (!here) return;
  line.className = "trouble";
  line.textContent = text;
  here.replaceChildren(line);
  here.focus();
}

// What was told is told once.
function dropTold() {
  const url = new URL(location.href);
  if (!url.searchParams.has("told")) return;
  url.searchParams.delete("told");
  history.replaceState(null, "", url);
}
