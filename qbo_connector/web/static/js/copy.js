// Copy buttons: `data-copy="id"` copies that element, an empty one the facts it stands beside.
const SAID_MS = 2000;

function textOf(button) {
  const named = button.dataset.copy && document.getElementById(button.dataset.copy);
  if (named) return named.value ?? named.textContent.trim();
  const names = [...button.closest("[data-copy-scope]").querySelectorAll("dt")];
  return names.map((name) => `${name.textContent}: ${name.nextElementSibling.textContent}`).join("\n");
}

async function copy(button) {
  const usual = button.textContent;
  try {
    await navigator.clipboard.writeText(textOf(button));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy by hand";
  }
  setTimeout(() => (button.textContent = usual), SAID_MS);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
