// Dates, money and counts in the reader's own form.

const KINDS = {
  invoice: "Invoice",
  bill: "Bill",
  sales_receipt: "Sales receipt",
  credit_memo: "Credit memo",
  vendor_credit: "Vendor credit",
  payment: "Payment",
  bill_payment: "Bill payment",
};
const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86400, "hour", 3600],
  [30 * 86400, "day", 86400],
  [365 * 86400, "month", 30 * 86400],
  [Infinity, "year", 365 * 86400],
];
const LANGUAGE = "en";

/** "1250.00" and "USD" as "$1,250.00". The amount stays text, so no digit is lost. */
export function money(amount, currency) {
  if (amount === null || amount === undefined || amount === "") return "";
  if (!currency) return String(amount);
  try {
    return new Intl.NumberFormat(LANGUAGE, { style: "currency", currency, maximumFractionDigits: 6 }).format(String(amount));
  } catch {
    return `${currency} ${amount}`;
  }
}

/** How long ago, short: "just now", "12 s ago", "3 hours ago". */
export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1000));
  if (seconds < 3) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  const [, unit, size] = STEPS.find(([limit]) => seconds < limit);
  return new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always" }).format(-Math.floor(seconds / size), unit);
}

export function moment(value) {
  return new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
}

export function clockTime(value) {
  return new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(value));
}

/** The record in words: "Invoice W-1042 · $1,250.00 · Acme Retail LLC". */
export function named(record) {
  const document = record.document;
  const kind = KINDS[record.kind] ?? "Document";
  if (!document) return kind;
  return [`${kind} ${document.number ?? ""}`.trim(), money(document.amount, document.currency), document.customer]
    .filter(Boolean)
    .join(" · ");
}

export function counted(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

export function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
