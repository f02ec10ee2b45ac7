// More lines in the editor, and the list price of a product once it is chosen.
const lines = document.getElementById("lines");

function prefill(event) {
  if (event.target.name !== "line_item") return;
  const row = event.target.closest("tr");
  const chosen = event.target.selectedOptions[0];
  row.querySelector("[name=line_unit_price]").value = chosen.dataset.price ?? "";
  row.querySelector("[name=line_taxable]").value = chosen.dataset.taxable ?? "yes";
}

function addLine() {
  const row = lines.lastElementChild.cloneNode(true);
  for (const input of row.querySelectorAll("input")) input.value = input.name === "line_quantity" ? "1" : "";
  for (const select of row.querySelectorAll("select")) select.selectedIndex = 0;
  lines.append(row);
  row.querySelector("select").focus();
}

lines.addEventListener("change", prefill);
document.getElementById("add-line").addEventListener("click", addLine);
