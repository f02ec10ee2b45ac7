// Opens the embedded widget from the gear menu and hands it fresh tokens.
const panel = document.getElementById("sync-panel");
const entry = document.getElementById("sync-entry");
const holder = document.getElementById("sync-widget");
const problem = document.getElementById("sync-problem");

async function freshToken() {
  const answer = await fetch(panel.dataset.tokenUrl, {
    method: "POST",
    headers: { "X-CSRFToken": panel.dataset.csrf },
  });
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  return (await answer.json()).token;
}

async function giveToken(element) {
  try {
    element.setAttribute("token", await freshToken());
    problem.hidden = true;
    return true;
  } catch (error) {
    problem.textContent = `The sync cannot be opened: ${error.message}.`;
    problem.hidden = false;
    return false;
  }
}

// The news of a sync is written back a moment after the widget knows it.
async function showNews() {
  const shown = document.getElementById("sync-status");
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const news = page.getElementById("sync-status");
    if (news && news.innerHTML !== shown.innerHTML) {
      shown.replaceChildren(...news.childNodes);
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

async function open() {
  document.getElementById("gear").open = false;
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  if (!holder || holder.childElementCount) return;
  const element = document.createElement("qbo-sync");
  if (!(await giveToken(element))) return;
  element.addEventListener("qbo-sync:token-needed", () => giveToken(element));
  element.addEventListener("qbo-sync:synced", showNews);
  element.addEventListener("qbo-sync:failed", showNews);
  holder.append(element);
}

entry?.addEventListener("click", open);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
