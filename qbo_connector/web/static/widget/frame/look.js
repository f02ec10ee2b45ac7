// Theme and accent as the page asks for them. Both come from outside: only known values are used.

const ACCENT = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const THEMES = ["light", "dark"];
const READABLE = 4.5;

export function dress({ theme, accent }) {
  const root = document.documentElement;
  if (THEMES.includes(theme)) root.dataset.theme = theme;
  else delete root.dataset.theme;
  if (typeof accent === "string" && ACCENT.test(accent)) paint(root, accent);
  else for (const name of ["--accent", "--on-accent"]) root.style.removeProperty(name);
}

/** The accent fills the primary button; its text is black or white, whichever is easier to read. */
function paint(root, accent) {
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--on-accent", contrast(accent, "#ffffff") >= READABLE ? "#ffffff" : "#000000");
}

/** Contrast ratio as WCAG 2 defines it. */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const hex = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channel(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
