// One screen for each state. A screen is data; the card draws it. `act` holds what its buttons do.

import { since } from "./card.js";
import { el } from "./dom.js";
import { checkList, findingBody } from "./finding.js";
import { table } from "./preview.js";
import { clockTime, counted, named } from "./words.js";

const PLACE = "Get paid & pay › Invoices";
const DELAY = "Not there yet? Refresh QuickBooks; allow some minutes.";
const UNHURRIED = "You may leave this page; the sync goes on.";
const FIRST = "The first sync takes a little longer. You may leave this page.";
const SLOW = "This is taking longer than usual. You may leave this page; the sync goes on.";

export function loading() {
  return { tone: "none", icon: "dot", title: "Sync to QuickBooks", sub: "Looking…", foot: "", loading: true, say: "" };
}

/** The record as the service sees it. */
export function recordScreen(record, act) {
  const screen = STATES[record.state] ?? STATES.failing;
  const seen = { sub: named(record), ...screen(record, act) };
  return record.shadow ? { ...seen, foot: record.shadow, say: record.shadow } : seen;
}

const STATES = {
  not_available: (record, act) => ({
    tone: "amber",
    icon: "alert",
    title: "Not ready to sync",
    foot: `${record.checks.filter((check) => check.passed).length} of ${counted(record.checks.length, "check", "checks")} passed.`,
    actions: [{ key: "again", label: "Check again", press: act.reload }],
    body: checkList(record.checks, act),
  }),

  ready: (record, act) => ({
    tone: "none",
    icon: "arrows",
    title: "Ready to sync",
    foot: record.first_sync ? "Nothing is sent until you press Sync. The first sync takes a little longer." : "Nothing is sent until you press Sync.",
    actions: [{ key: "sync", label: "Sync to QuickBooks", kind: "primary", press: () => act.sync("push") }],
    links: [previewButton(record, act, "Preview")],
  }),

  synced: (record, act) => ({
    tone: "green",
    icon: "check",
    title: ["Synced ", el("span", { class: "long" }, "to QuickBooks "), record.last_synced_at && since(record.last_synced_at)],
    sub: syncedAs(record),
    foot: DELAY,
    actions: [openButton(record, "primary")],
    links: [previewButton(record, act, "Preview changes", "Changes"), undoButton(record, act)],
    say: record.quickbooks ? `Synced to QuickBooks as number ${record.quickbooks.number}` : "Synced to QuickBooks",
  }),

  changed: (record, act) => ({
    tone: "blue",
    icon: "pencil",
    title: `${counted(record.changes, "change", "changes")} since the last sync`,
    foot: record.last_synced_at ? ["QuickBooks has the version of ", since(record.last_synced_at), "."] : "",
    actions: [previewButton(record, act, "Preview changes", "", "primary")],
    links: [openButton(record), undoButton(record, act)],
  }),

  copied: (record, act) => ({
    tone: "blue",
    icon: "copies",
    title: "Invoice copied to QuickBooks",
    foot: "Update the last copy, or create a new one beside it.",
    links: [previewButton(record, act, "Preview")],
    body: copies(record, act),
  }),

  held: (record, act) => ({
    tone: "amber",
    icon: "alert",
    title: isDiverged(record) ? "Edited in QuickBooks" : "Needs you",
    foot: isDiverged(record) ? "Decide which version counts; nothing is sent before that." : "Nothing is sent until this is answered.",
    actions: [retryButton(record, act)],
    links: [openButton(record)],
    body: [compareTable(record), record.finding && findingBody(record.finding, act, { canRetry: canRetry(record) })],
    say: announced(record),
  }),

  failing: (record, act) => ({
    tone: "red",
    icon: "cross",
    title: "Could not be synced",
    foot: record.finding?.last_seen_at ? ["Last tried ", since(record.finding.last_seen_at), "."] : "",
    actions: [retryButton(record, act)],
    links: [openButton(record)],
    body: [isDiverged(record) && compareTable(record), record.finding && findingBody(record.finding, act, { canRetry: canRetry(record) })],
    say: announced(record),
  }),

  excluded: (record, act) => ({
    tone: "grey",
    icon: "minus",
    title: "Not synced",
    foot: "Left out by a rule; nothing is wrong.",
    actions: [retryButton(record, act)],
    links: [openButton(record)],
    body: record.finding && findingBody(record.finding, act, { canRetry: canRetry(record) }),
    say: announced(record),
  }),

  waiting: (record, act) => (needsSomebody(record.finding) ? paused(record, act) : busy(record)),
};

function busy(record) {
  return {
    tone: "blue",
    icon: "clock",
    title: "Waiting",
    sub: record.finding?.sentence ?? "It goes on by itself.",
    foot: "It goes on by itself; there is nothing to do here.",
    links: [openButton(record)],
    say: announced(record),
  };
}

function paused(record, act) {
  return {
    tone: "amber",
    icon: "clock",
    title: "Waiting",
    foot: "It goes on by itself as soon as this is mended.",
    links: [openButton(record)],
    body: findingBody(record.finding, act),
    say: announced(record),
  };
}

/** While an operation runs: its words, and the time it goes on where it waits. */
export function operationScreen(record, operation, { first, slow }) {
  if (operation.state === "waiting") {
    const when = operation.retry_at ? `we go on by ourselves at ${clockTime(operation.retry_at)}` : "we go on by ourselves";
    const sub = operation.finding?.sentence ?? `QuickBooks is busy; ${when}.`;
    return { tone: "blue", icon: "clock", title: "Waiting for QuickBooks", sub, foot: UNHURRIED, say: sub };
  }
  return {
    tone: "blue",
    icon: "arrows",
    moving: true,
    title: "Syncing to QuickBooks",
    sub: operation.phase || named(record),
    foot: footOf(first, slow),
    say: operation.phase || "Syncing to QuickBooks",
  };
}

function footOf(first, slow) {
  if (slow) return SLOW;
  return first ? FIRST : UNHURRIED;
}

export function offline(act, isOnline) {
  return {
    tone: "grey",
    icon: "offline",
    title: isOnline ? "Sync service not answering" : "You are offline",
    sub: "Trying again by itself…",
    foot: "Nothing is lost; what was started goes on.",
    actions: [{ key: "again", label: "Try now", press: act.now }],
  };
}

export function signedOut(act, isLate) {
  return {
    tone: isLate ? "amber" : "none",
    icon: "key",
    title: isLate ? "Please reload this page" : "Signing in again",
    sub: isLate ? "Your sign-in to the sync has ended." : "Asking this page for a new sign-in…",
    foot: "Nothing is lost; what was started goes on.",
    actions: isLate ? [{ key: "again", label: "Try again", press: act.now }] : [],
  };
}

/** The service refused in a way this card has no answer to. */
export function broken(act, problem) {
  return {
    tone: "red",
    icon: "cross",
    title: "This could not be done",
    sub: problem.detail || "It answered in a way this card does not know.",
    foot: "Try again in a few minutes.",
    actions: [{ key: "again", label: "Try again", kind: "primary", press: act.reload }],
  };
}

/** Asked before the last sync is taken back. */
export function undoBody(record, act, button) {
  return el(
    "section",
    { class: "panel", "aria-labelledby": "panel-title" },
    el("h2", { id: "panel-title", tabindex: "-1" }, "Undo the last sync?"),
    el("p", {}, `What it did to ${record.quickbooks?.number ?? "this document"} in QuickBooks is taken back. The document here stays as it is.`),
    el(
      "div",
      { class: "closing" },
      button({ key: "close", label: "Keep it", kind: "quiet", press: act.close }),
      button({ key: "undo:do", label: "Undo the sync", kind: "primary", press: act.undo }),
    ),
  );
}

function previewButton(record, act, label, short = "", kind = "quiet") {
  if (!record.actions.includes("preview")) return { key: "preview", label, short, kind, disabled: true };
  return { key: "preview", label, short, kind, expanded: false, press: act.preview };
}

function openButton(record, kind = "quiet") {
  if (!record.quickbooks?.url) return null;
  return { key: "open", label: "Open in QuickBooks", short: "Open", kind, href: record.quickbooks.url };
}

function undoButton(record, act) {
  return record.actions.includes("undo") ? { key: "undo", label: "Undo", kind: "quiet", expanded: false, press: act.askUndo } : null;
}

function canRetry(record) {
  return record.actions.includes("retry") || record.actions.includes("update");
}

function retryButton(record, act) {
  if (record.actions.includes("retry")) return { key: "retry", label: "Try again", press: () => act.sync("push") };
  return record.actions.includes("update") ? { key: "retry", label: "Try again", press: () => act.sync("update") } : null;
}

function syncedAs(record) {
  const number = record.quickbooks?.number;
  return number ? `${number} in ${PLACE}` : `In ${PLACE}`;
}

function isDiverged(record) {
  return ["qbo.edited_externally", "qbo.conflict"].includes(record.finding?.code);
}

function needsSomebody(finding) {
  return Boolean(finding) && (finding.class ?? "").startsWith("connection-wide");
}

function announced(record) {
  return record.finding?.sentence;
}

function compareTable(record) {
  if (!record.compare?.length) return null;
  return el(
    "section",
    { class: "compare" },
    table("What differs", ["Field", "Here", "In QuickBooks"], record.compare.map((row) => [row.field, row.source || "–", row.quickbooks || "–"])),
  );
}

function copies(record, act) {
  const rows = record.copies.map((copy) =>
    el(
      "li",
      {},
      el("span", {}, `Copy ${copy.ordinal}`, el("small", {}, copy.number ? `Number ${copy.number}` : "", copy.synced_at && [" · ", since(copy.synced_at)])),
      act.button({ key: `copy:${copy.ordinal}`, label: "Open", kind: "quiet", href: copy.url }),
    ),
  );
  return el(
    "section",
    { class: "copies" },
    el("ul", {}, rows),
    el(
      "div",
      { class: "closing" },
      record.actions.includes("create_copy") && act.button({ key: "create_copy", label: "Create new", press: () => act.sync("create_copy") }),
      record.actions.includes("update") && act.button({ key: "update", label: "Update existing", kind: "primary", press: () => act.sync("update") }),
    ),
  );
}
