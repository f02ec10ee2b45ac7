// What a sync would do, shown before it is done (T-1, T-15): lines, totals, what is created, what differs.

import { button } from "./card.js";
import { el } from "./dom.js";
import { findingBody } from "./finding.js";
import { icon } from "./icons.js";
import { counted, money, sentenceCase } from "./words.js";

const SENDS = new Set(["create", "update", "link"]);

/** The preview panel; `act.sync(preview)` sends exactly what it shows. */
export function previewBody(record, preview, act, notice) {
  const currency = record.document?.currency;
  return el(
    "section",
    { class: "panel preview", "aria-labelledby": "panel-title" },
    el("h2", { id: "panel-title", tabindex: "-1" }, "What QuickBooks will get"),
    notice && el("p", { class: "notice", "data-tone": "amber" }, icon("alert"), notice),
    changeTable(preview.changes ?? []),
    lineTable(preview.lines ?? [], currency),
    totals(preview, currency),
    equality(preview, currency),
    creates(preview.creates ?? []),
    (preview.warnings ?? []).map((warning) => el("p", { class: "notice", "data-tone": "amber" }, icon("alert"), warning.sentence)),
    (preview.refusals ?? []).map((refusal) => findingBody(refusal, act)),
    fieldTable(preview.rows ?? []),
    el("div", { class: "closing" }, closing(record, preview, act)),
  );
}

function closing(record, preview, act) {
  const cost = el("p", { class: "cost" }, costs(preview));
  const close = button({ key: "close", label: "Close", kind: "quiet", press: act.close });
  if (!sends(preview)) return [cost, close];
  return [cost, close, ...act.sendButtons(record, preview).map(button)];
}

export function sends(preview) {
  return SENDS.has(preview.decision) && (preview.refusals ?? []).length === 0;
}

function costs(preview) {
  if ((preview.refusals ?? []).length > 0) return "Nothing can be sent yet.";
  if (!SENDS.has(preview.decision)) return "Nothing to send: QuickBooks is up to date.";
  return `Takes ${counted(preview.calls ?? 0, "request", "requests")} to QuickBooks.`;
}

function changeTable(changes) {
  if (changes.length === 0) return null;
  return table(
    "Changed since the last sync",
    ["Field", "Last synced", "Now"],
    changes.map((change) => [sentenceCase(change.field), change.before || "–", change.now || "–"]),
  );
}

function lineTable(lines, currency) {
  if (lines.length === 0) return null;
  return table(
    "Lines",
    ["Line", "Quantity", "Amount"],
    lines.map((line) => [
      el("span", {}, line.item || line.description || "Line", line.item && line.description && line.description !== line.item && el("small", {}, line.description)),
      line.quantity ? `${line.quantity} × ${money(line.unit_price, currency)}` : "",
      money(line.amount, currency),
    ]),
    "lines",
  );
}

function totals(preview, currency) {
  const rows = [
    ["Discount", isZero(preview.discount) ? null : `-${String(preview.discount).replace(/^-/, "")}`],
    ["Shipping", isZero(preview.shipping) ? null : preview.shipping],
    ["Tax", isZero(preview.tax) ? null : preview.tax],
    ["Total", preview.total],
  ].filter(([, amount]) => amount !== null && amount !== undefined && amount !== "");
  return el("dl", { class: "totals" }, rows.map(([name, amount]) => [el("dt", {}, name), el("dd", {}, money(amount, currency))]));
}

function isZero(amount) {
  return amount === null || amount === undefined || /^-?0*(?:\.0*)?$/.test(String(amount));
}

function equality(preview, currency) {
  if (preview.equal) {
    return el("p", { class: "notice", "data-tone": "green" }, icon("check"), "Equal to the cent in QuickBooks.");
  }
  if (!preview.quickbooks_total) return null;
  const sentence = `QuickBooks will show ${money(preview.quickbooks_total, currency)} instead of ${money(preview.total, currency)}.`;
  return el("p", { class: "notice", "data-tone": "amber" }, icon("alert"), sentence);
}

function creates(names) {
  if (names.length === 0) return null;
  return el("div", { class: "creates" }, el("h3", {}, "Will be created in QuickBooks"), el("ul", {}, names.map((name) => el("li", {}, sentenceCase(name)))));
}

function fieldTable(rows) {
  if (rows.length === 0) return null;
  return el(
    "details",
    { class: "details" },
    el("summary", { "data-key": "fields" }, "Fields and where they go"),
    table("Fields", ["Field", "In QuickBooks", "Value"], rows.map((row) => [row.source, row.quickbooks, row.value])),
  );
}

/** Also used to compare the two sides of a record that was edited in QuickBooks. */
export function table(caption, heads, rows, extra = "") {
  return el(
    "table",
    { class: extra },
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, index) => (index ? el("td", {}, cell) : el("th", { scope: "row" }, cell)))))),
  );
}
