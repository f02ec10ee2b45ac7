// The filter editor shows the criteria of a property as soon as it is chosen, and what the filters would leave out
// while a value is typed. Without this script its buttons do the same.
const PAUSE_MS = 350;
const form = document.querySelector("[data-filter-form]");
let timer = 0;
let turn = 0;
let isWhole = false;

hideScriptless();

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose]")) isWhole = true;
  if (event.target.matches("[data-choose], [name=value]")) look();
});

form.addEventListener("input", (event) => {
  if (event.target.name !== "value") return;
  // What was asked before this letter is out of date: its answer must not take the letter away.
  turn += 1;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE_MS);
});

async function look() {
  clearTimeout(timer);
  turn += 1;
  const mine = turn;
  const body = new FormData(form);
  body.set("act", "look");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine === turn) show(page);
}

function show(page) {
  const part = isWhole ? "[data-live]" : "[data-effect]";
  const fresh = page.querySelector(part);
  const place = form.querySelector(part);
  if (!fresh || !place) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...fresh.childNodes);
  isWhole = false;
  hideScriptless();
  if (focused) document.getElementById(focused)?.focus();
}

function hideScriptless() {
  for (const button of form.querySelectorAll("[data-scriptless]")) button.hidden = true;
}
