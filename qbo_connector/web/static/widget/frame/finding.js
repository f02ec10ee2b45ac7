// A finding as people read it: what happened, why, what to do, the buttons that do it, and the details.

import { button } from "./card.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { counted, moment } from "./words.js";

const FEW = 3;

/** The whole finding. `act.fix(fix)` is called by its buttons. */
export function findingBody(finding, act, { canRetry = false } = {}) {
  // Where the card's head offers Try again, the finding need not say it once more.
  const fixes = (finding.fixes ?? []).filter((fix) => !canRetry || fix.action !== "retry");
  return el(
    "section",
    { class: "finding", "data-class": finding.class },
    el("h2", {}, finding.sentence),
    finding.explanation && el("p", {}, finding.explanation),
    finding.remedy && el("p", { class: "remedy" }, finding.remedy),
    fixButtons({ fixes }, act, { primary: true }),
    details(finding),
  );
}

export function fixButtons(finding, act, { primary = false } = {}) {
  const fixes = finding.fixes ?? [];
  const mine = fixes.filter((fix) => fix.allowed);
  const first = primary ? mine[0] : null;
  // What others may do is told once for each of them: "Ask an admin".
  const others = new Set(fixes.filter((fix) => !fix.allowed).map((fix) => fix.button));
  if (fixes.length === 0) return null;
  return el(
    "div",
    { class: "fixes" },
    mine.map((fix) => fixButton(fix, fix === first, act)),
    Array.from(others, (whom) => el("span", { class: "ask" }, icon("key"), whom)),
  );
}

function fixButton(fix, isFirst, act) {
  return button({
    key: `fix:${fix.action}`,
    label: fix.button,
    kind: isFirst ? "primary" : "plain",
    href: fix.url,
    press: () => act.fix(fix),
  });
}

function details(finding) {
  const rows = [
    ["Reason", finding.code],
    ["Seen", finding.count > 1 ? counted(finding.count, "time", "times") : null],
    ["First", finding.first_seen_at && moment(finding.first_seen_at)],
    ["Last", finding.last_seen_at && moment(finding.last_seen_at)],
    ...Object.entries(finding.details ?? {}),
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = rows.map(([name, value]) => `${name}: ${value}`).join("\n");
  return el(
    "details",
    { class: "details" },
    el("summary", { "data-key": "details" }, "Details"),
    el("dl", {}, rows.map(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))])),
    copyButton(text),
  );
}

function copyButton(text) {
  const copy = button({ key: "copy", label: "Copy", kind: "quiet" });
  copy.addEventListener("click", async () => {
    copy.textContent = (await copied(text)) ? "Copied" : "Copying is not allowed here";
  });
  return copy;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The named checks in their order, the first failed one open (T-16). */
export function checkList(checks, act) {
  const firstFailed = checks.find((check) => !check.passed);
  const end = checks.findLastIndex((check) => !check.passed) + 1;
  const rest = checks.length - end > FEW ? checks.slice(end) : [];
  const shown = checks.slice(0, checks.length - rest.length);
  return el("ul", { class: "checks" }, shown.map((check) => checkItem(check, check === firstFailed, act)), rest.length > 0 && restItem(rest, act));
}

/** What passed after the last failed check, folded together. */
function restItem(rest, act) {
  return el(
    "li",
    { class: "passed" },
    icon("check"),
    el(
      "details",
      {},
      el("summary", { "data-key": "check:rest" }, `${counted(rest.length, "more check", "more checks")} passed`),
      el("ul", {}, rest.map((check) => checkItem(check, false, act))),
    ),
  );
}

function checkItem(check, open, act) {
  if (check.passed) {
    return el("li", { class: "passed" }, icon("check"), el("span", {}, el("span", { class: "unseen" }, "Passed: "), check.sentence));
  }
  return el(
    "li",
    { class: "failed" },
    icon("cross"),
    el(
      "details",
      { open },
      el("summary", { "data-key": `check:${check.code}` }, el("span", { class: "unseen" }, "Not passed: "), check.sentence),
      check.stands && el("p", {}, `It says: ${check.stands}`),
      check.explanation && el("p", {}, check.explanation),
      check.remedy && el("p", { class: "remedy" }, check.remedy),
      fixButtons(check, act, { primary: open }),
    ),
  );
}
