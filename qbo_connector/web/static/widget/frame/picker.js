// A search box over one list of QuickBooks (customers, items, tax codes …), as an ARIA combobox.

import { el } from "./dom.js";

const PAUSE_MS = 180;

/** A field that reads the id of what was picked, or null while nothing was. */
export function picker(input, spec, choices) {
  const id = `field-${input.name}`;
  const box = el("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    required: true,
    placeholder: "Search…",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
  });
  const list = el("ul", { id: `${id}-list`, role: "listbox", "aria-label": spec.label, hidden: true });
  const state = new Picking(box, list, spec, choices);
  return {
    name: input.name,
    read: () => state.picked,
    node: el("div", { class: "field picker" }, el("label", { for: id }, spec.label), box, list),
  };
}

class Picking {
  picked = null;
  #box;
  #list;
  #spec;
  #choices;
  #timer = 0;
  #turn = 0;
  #active = -1;

  constructor(box, list, spec, choices) {
    this.#box = box;
    this.#list = list;
    this.#spec = spec;
    this.#choices = choices;
    box.addEventListener("input", () => this.#changed());
    box.addEventListener("focus", () => this.#later());
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("blur", () => this.#shut());
    // A press on an option must not take the focus away before the click picks it.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  #changed() {
    this.picked = null;
    this.#box.setCustomValidity("Choose one of the list.");
    this.#later();
  }

  #later() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#search(), PAUSE_MS);
  }

  async #search() {
    const turn = ++this.#turn;
    const words = this.#box.value.trim();
    const found = await this.#choices(this.#spec.list, words);
    if (turn !== this.#turn || document.activeElement !== this.#box) return;
    this.#open(found);
  }

  #open(found) {
    const options = found.map((choice, index) => this.#option(choice, index));
    const empty = el("li", { class: "empty", role: "option", "aria-disabled": "true" }, "Nothing found in QuickBooks.");
    this.#list.replaceChildren(...(options.length ? options : [empty]));
    this.#list.hidden = false;
    this.#box.setAttribute("aria-expanded", "true");
    this.#point(-1);
  }

  #option(choice, index) {
    return el(
      "li",
      { id: `${this.#list.id}-${index}`, role: "option", "aria-selected": "false", on: { click: () => this.#pick(choice) } },
      choice.name,
      choice.detail && el("small", {}, choice.detail),
    );
  }

  #pick(choice) {
    this.picked = choice.id;
    this.#box.value = choice.name;
    this.#box.setCustomValidity("");
    this.#shut();
  }

  #shut() {
    window.clearTimeout(this.#timer);
    this.#turn += 1;
    this.#list.hidden = true;
    this.#box.setAttribute("aria-expanded", "false");
    this.#box.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const options = this.#list.querySelectorAll("li[id]");
    const isOpen = !this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) this.#search();
      else if (options.length) this.#point(this.#next(event.key === "ArrowDown" ? 1 : -1, options.length));
    } else if (event.key === "Enter" && isOpen && this.#active >= 0) {
      event.preventDefault();
      options[this.#active].click();
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.#shut();
    }
  }

  /** The neighbour of the active option, going round; from none, down means the first and up the last. */
  #next(step, count) {
    if (this.#active < 0) return step > 0 ? 0 : count - 1;
    return (this.#active + step + count) % count;
  }

  #point(index) {
    const options = this.#list.querySelectorAll("li[id]");
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    this.#active = index;
    if (index < 0) this.#box.removeAttribute("aria-activedescendant");
    else this.#box.setAttribute("aria-activedescendant", options[index].id);
  }
}
