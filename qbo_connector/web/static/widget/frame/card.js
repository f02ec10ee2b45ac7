// The card's fixed parts. A screen fills them; what did not change is not touched, so nothing jumps or blinks.

import { el, fitted, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { ago, moment } from "./words.js";

const TICK_MS = 1000;
const ROOM_MS = 500;

/** A moment that counts up by itself, with the absolute time on hover. */
export function since(value) {
  return el("time", { datetime: value, title: moment(value), "data-ago": true }, ago(value));
}

/** A button, or a link that looks like one. An address that is none makes nothing at all. */
export function button(spec) {
  const kind = `button ${spec.kind ?? "plain"}`;
  if (spec.href) return link(spec, kind);
  return el(
    "button",
    {
      class: kind,
      type: spec.type ?? "button",
      "data-key": spec.key,
      "aria-expanded": spec.expanded === undefined ? null : String(spec.expanded),
      disabled: spec.disabled,
      on: spec.press ? { click: spec.press } : {},
    },
    fitted(spec.label, spec.short),
  );
}

function link(spec, kind) {
  const address = safeUrl(spec.href);
  if (!address) return null;
  return el(
    "a",
    { class: kind, href: address, target: "_blank", rel: "noopener noreferrer", "data-key": spec.key },
    fitted(spec.label, spec.short),
    icon("out"),
    el("span", { class: "unseen" }, "(new tab)"),
  );
}

function buttons(specs) {
  return (specs ?? []).filter(Boolean).map(button).filter(Boolean);
}

export class Card {
  #root;
  #parts;
  #said = "";

  /** `height(pixels)` is called whenever the card has another height. */
  constructor(root, height) {
    this.#root = root;
    this.#parts = Object.fromEntries(Array.from(root.querySelectorAll("[data-part]"), (node) => [node.dataset.part, node]));
    new ResizeObserver(() => height(document.documentElement.getBoundingClientRect().height)).observe(document.documentElement);
    window.setInterval(() => this.#tick(), TICK_MS);
  }

  /**
   * Shows one screen: {tone, icon, title, sub, foot, actions, links, body, moving, focus, say}.
   * Focus stays on the button of the same key; where that is gone it goes to `focus`, else to the title.
   */
  show(screen) {
    const { icon: sign, title, sub, foot, actions, links, body } = this.#parts;
    const active = document.activeElement;
    const held = this.#root.contains(active) ? (active.dataset.key ?? "") : null;
    this.#root.dataset.tone = screen.tone;
    this.#root.toggleAttribute("data-moving", Boolean(screen.moving));
    this.#root.toggleAttribute("data-loading", Boolean(screen.loading));
    this.#root.setAttribute("aria-busy", String(Boolean(screen.loading)));
    sign.replaceChildren(icon(screen.icon));
    fill(title, screen.title);
    fill(sub, screen.sub);
    fill(foot, screen.foot);
    actions.replaceChildren(...buttons(screen.actions));
    links.replaceChildren(...buttons(screen.links));
    body.replaceChildren(...[screen.body].flat().filter(Boolean));
    body.hidden = !body.firstChild;
    this.#focus(held, screen.focus);
    this.say(screen.say ?? plain(screen.title));
  }

  say(sentence) {
    if (sentence === this.#said) return;
    this.#said = sentence;
    this.#parts.live.textContent = sentence;
  }

  #focus(held, wanted) {
    const target = wanted && this.#root.querySelector(wanted);
    if (target) {
      target.focus({ preventScroll: true });
      reveal(target.closest("section") ?? target);
    } else if (held !== null && !this.#root.contains(document.activeElement)) {
      (this.#keyed(held) ?? this.#parts.title).focus({ preventScroll: true });
    }
  }

  #keyed(key) {
    return key ? this.#root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  }

  #tick() {
    for (const time of this.#root.querySelectorAll("time[data-ago]")) {
      const text = ago(time.dateTime);
      if (time.textContent !== text) time.textContent = text;
    }
  }
}

/** What was opened comes into sight as soon as the page has made room for it. */
function reveal(node) {
  window.addEventListener("resize", () => node.scrollIntoView({ block: "nearest" }), { once: true, signal: AbortSignal.timeout(ROOM_MS) });
}

function fill(part, content) {
  const nodes = [content].flat().filter((node) => node !== undefined && node !== null && node !== "");
  if (nodes.every((node) => typeof node === "string") && part.textContent === nodes.join("")) return;
  part.replaceChildren(...nodes);
  part.title = part.textContent;
}

function plain(content) {
  return [content].flat().map((node) => node?.textContent ?? node ?? "").join("");
}
