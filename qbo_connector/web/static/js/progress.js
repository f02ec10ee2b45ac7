// The sync indicator in the bar: asks calmly what is going on, and says it in words.
const CALM_MS = 15000;
const BUSY_MS = 3000;

const indicator = document.getElementById("sync-indicator");

function words(progress) {
  if (!progress.listening) return "Nobody is syncing";
  if (progress.open > 0) return `Syncing ${progress.open.toLocaleString("en-US")}`;
  return "All quiet";
}

function show(progress) {
  const said = words(progress);
  const place = indicator.querySelector("[data-words]");
  if (place.textContent !== said) place.textContent = said;
  indicator.classList.toggle("is-moving", progress.listening && progress.open > 0);
  indicator.classList.toggle("is-alarm", !progress.listening);
  indicator.title = progress.listening ? `${progress.waiting} waiting for their time` : "No worker is listening";
}

async function ask() {
  try {
    const answer = await fetch(indicator.dataset.source, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return null;
    const progress = await answer.json();
    show(progress);
    return progress;
  } catch {
    return { open: 0 };
  }
}

async function watch() {
  const progress = document.hidden ? { open: 0 } : await ask();
  if (progress) setTimeout(watch, progress.open > 0 ? BUSY_MS : CALM_MS);
}

if (indicator) {
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  watch();
}
