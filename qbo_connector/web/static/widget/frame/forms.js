// Buttons that need an answer first: a small form in the card, which says what will happen.

import { button } from "./card.js";
import { el } from "./dom.js";
import { picker } from "./picker.js";

// What a button does, said before it is done. Buttons that are not here act at once.
const EFFECTS = {
  restore_ours: "QuickBooks gets this version again; the change made there is replaced.",
  take_theirs: "The version of QuickBooks is kept as the agreed one.",
  merge_fields: "Choose whose value counts in each field. What QuickBooks keeps is kept there only; this document stays as it is.",
  recreate_in_quickbooks: "A new document is created in QuickBooks.",
  void_in_quickbooks: "The document in QuickBooks is voided. This cannot be taken back.",
  delete_in_quickbooks: "The document in QuickBooks is deleted. This cannot be taken back.",
  unlink: "Both documents stay as they are, but are no longer kept in step.",
  post_again: "It is sent again. If it did arrive the first time, QuickBooks will hold it twice.",
  allow_duplicate_number: "It is sent with this number, although QuickBooks already has it.",
  link_existing_invoice: "The two are linked. Nothing is sent until the next sync.",
  link_existing_payment: "The two payments are linked. Nothing is sent until the next sync.",
  reactivate_party: "It is made active in QuickBooks again.",
  reactivate_item: "The item is made active in QuickBooks again.",
  reactivate_list_entry: "It is made active in QuickBooks again.",
  dismiss: "It is not synced until someone takes it back in.",
  map_field: "The mapping is changed for all records of this sync. What it filled in QuickBooks stays.",
};

const FIELDS = {
  qbo_customer_id: { label: "Customer in QuickBooks", list: "customers" },
  qbo_vendor_id: { label: "Vendor in QuickBooks", list: "vendors" },
  qbo_item_id: { label: "Item in QuickBooks", list: "items" },
  qbo_account_id: { label: "Account in QuickBooks", list: "accounts" },
  income_account: { label: "Income account", list: "accounts" },
  qbo_tax_code_id: { label: "Tax code in QuickBooks", list: "tax-codes" },
  qbo_location_id: { label: "Location in QuickBooks", list: "locations" },
  display_name: { label: "Name in QuickBooks", required: true },
  name: { label: "Name in QuickBooks", required: true },
  email: { label: "E-mail", type: "email" },
  number: { label: "Number", required: true },
  date: { label: "Date", type: "date", required: true },
  value: { label: "Value", required: true },
  amount: { label: "Amount", inputmode: "decimal", required: true },
  sku: { label: "SKU" },
  reason: { label: "Reason (optional)" },
  message: { label: "Message" },
  kind: { label: "Kind", choices: { service: "Service", non_inventory: "Non-inventory product" } },
  side: { label: "Correct it in", choices: { quickbooks: "QuickBooks", source: "The source" } },
  remember: { label: "Use it for", choices: { document: "this document", always: "always" } },
  list: {
    label: "List",
    choices: { customers: "Customers", items: "Items", accounts: "Accounts", "tax codes": "Tax codes", locations: "Locations", preferences: "Preferences" },
  },
  subject: { label: "Mapping" },
  source_field: { label: "Field in the source" },
  target_field: { label: "Field in QuickBooks" },
  remove: { label: "What to do with the mapping" },
  confirmation: { label: "Yes, do it", type: "checkbox", required: true },
};

/** Whether a button acts only after its form was answered. */
export function needsForm(fix) {
  return fix.action in EFFECTS || shown(fix).length > 0;
}

/** Inputs a person answers; the rest was filled in by the service and goes back as it came. */
function shown(fix) {
  return inputs(fix).filter((input) => !input.answered && (input.name in FIELDS || !input.value));
}

/** Winners are asked field by field; which versions were shown goes back as it came. */
function inputs(fix) {
  const all = fix.inputs ?? [];
  return fix.action === "merge_fields" ? all.filter((input) => input.answered) : all;
}

/** The form panel. `act.answer(fix, inputs)` gets the answers by name. */
export function formBody(fix, act, { compare = [], refusal = "" } = {}) {
  const fields = shown(fix).map((input) => field(input, act));
  const merged = fix.action === "merge_fields" ? mergeField(compare) : null;
  const all = merged ? [...fields, merged] : fields;
  const submit = (event) => {
    event.preventDefault();
    act.answer(fix, answers(fix, all));
  };
  return el(
    "form",
    { class: "panel form", "aria-labelledby": "panel-title", on: { submit } },
    el("h2", { id: "panel-title", tabindex: "-1" }, fix.button),
    EFFECTS[fix.action] && el("p", {}, EFFECTS[fix.action]),
    refusal && el("p", { class: "notice", "data-tone": "red", role: "alert" }, refusal),
    all.map(({ node }) => node),
    el(
      "div",
      { class: "closing" },
      button({ key: "close", label: "Cancel", kind: "quiet", press: act.close }),
      button({ key: "answer", label: fix.button, kind: "primary", type: "submit" }),
    ),
  );
}

function answers(fix, fields) {
  const prefilled = inputs(fix).map((input) => [input.name, input.value ?? null]);
  return Object.fromEntries([...prefilled, ...fields.map(({ name, read }) => [name, read()])]);
}

function field(input, act) {
  const spec = FIELDS[input.name] ?? { label: input.name.replaceAll("_", " "), required: true };
  if (input.choices) return choice(input, { ...spec, choices: Object.fromEntries(input.choices.map(({ value, label }) => [value, label])) });
  if (spec.list) return picker(input, spec, act.choices);
  if (spec.choices) return choice(input, spec);
  if (spec.type === "checkbox") return checkbox(input, spec);
  return line(input, spec);
}

function line(input, spec) {
  const box = el("input", {
    id: `field-${input.name}`,
    type: spec.type ?? "text",
    inputmode: spec.inputmode,
    required: spec.required,
    maxlength: "500",
    autocomplete: "off",
    value: input.value ?? "",
  });
  return { name: input.name, read: () => box.value.trim(), node: el("div", { class: "field" }, el("label", { for: box.id }, spec.label), box) };
}

function choice(input, spec) {
  const select = el(
    "select",
    { id: `field-${input.name}` },
    Object.entries(spec.choices).map(([value, label]) => el("option", { value, selected: value === input.value }, label)),
  );
  return { name: input.name, read: () => select.value, node: el("div", { class: "field" }, el("label", { for: select.id }, spec.label), select) };
}

function checkbox(input, spec) {
  const box = el("input", { id: `field-${input.name}`, type: "checkbox", required: spec.required });
  return { name: input.name, read: () => box.checked, node: el("label", { class: "check" }, box, spec.label) };
}

function mergeField(compare) {
  const rows = compare.map((row, index) => mergeRow(row, index));
  return {
    name: "winners",
    read: () => Object.fromEntries(rows.map(({ key, read }) => [key, read()])),
    node: el("div", { class: "merge" }, rows.map(({ node }) => node)),
  };
}

/** A side that cannot win stands there all the same, with the reason: both values are what the choice is about. */
function mergeRow(row, index) {
  const why = row.why ? el("p", { id: `merge-${index}-why` }, row.why) : null;
  const option = (side, label, value) => {
    const disabled = Boolean(row.winners) && !row.winners.includes(side);
    const radio = { type: "radio", name: `merge-${index}`, value: side, checked: side === "source", disabled, "aria-describedby": disabled ? why?.id : undefined };
    return el("label", {}, el("input", radio), el("span", {}, el("small", {}, label), value || "–"));
  };
  const node = el("fieldset", {}, el("legend", {}, row.field), option("source", "Here", row.source), option("quickbooks", "QuickBooks", row.quickbooks), why);
  return { key: row.key ?? row.field, node, read: () => node.querySelector("input:checked").value };
}
