// Building the page without markup in strings: whatever comes from outside can only ever become text.

/** An element with attributes, `on` listeners and children; null and false children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") listen(node, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function listen(node, listeners) {
  for (const [event, listener] of Object.entries(listeners)) node.addEventListener(event, listener);
}

/** A text of two lengths; the style sheet shows the one that fits. */
export function fitted(long, short) {
  if (!short || short === long) return [long];
  return [el("span", { class: "long" }, long), el("span", { class: "short" }, short)];
}

/** Only addresses a person may safely follow; anything else is no link. */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return ["https:", "http:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
