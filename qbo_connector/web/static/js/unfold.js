// The arrow of a row unfolds the record's activity in place.
async function load(row, address) {
  const place = row.querySelector("td");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    place.innerHTML = answer.ok ? await answer.text() : "<p>The activity cannot be read now. Open the record instead.</p>";
  } catch {
    place.textContent = "You seem to be offline. Open the arrow again in a moment.";
  }
}

function unfold(button) {
  const row = document.getElementById(button.getAttribute("aria-controls"));
  const open = row.hidden;
  row.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  if (open) load(row, button.dataset.source);
}

for (const button of document.querySelectorAll(".unfold-button")) {
  button.addEventListener("click", () => unfold(button));
}
