// Line icons on a 20-px grid, drawn as SVG nodes. They decorate a word that always stands beside them.

const SVG = "http://www.w3.org/2000/svg";
const RING = "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z";

const PATHS = {
  arrows: [RING, "M6.5 8.5h6m-2-2 2 2-2 2", "M13.5 12.5h-6"],
  check: [RING, "m6.8 10.3 2.2 2.2 4.3-4.8"],
  cross: [RING, "m7.5 7.5 5 5m0-5-5 5"],
  minus: [RING, "M6.8 10h6.4"],
  clock: [RING, "M10 6v4.2l2.8 1.7"],
  pencil: ["M4 16l.7-3.2L13.2 4.3a1.4 1.4 0 0 1 2 0l.5.5a1.4 1.4 0 0 1 0 2L7.2 15.3 4 16Z", "m12 5.5 2.5 2.5"],
  copies: ["M7.5 7.5h8v9h-8z", "M12.5 7.5v-3h-8v9h3"],
  alert: ["M10 3.2 2.6 16.2h14.8L10 3.2Z", "M10 8.2v3.6", "M10 13.9v.1"],
  offline: ["M3 7.8a10 10 0 0 1 4-2.2m6 0a10 10 0 0 1 4 2.2", "M5.8 11a6 6 0 0 1 2.2-1.3m4 0a6 6 0 0 1 2.2 1.3", "M10 14.4v.1", "m4 3.5 12 13"],
  key: ["M12.8 3a4.2 4.2 0 1 1-3.6 6.3L3.5 15v2h2.8v-2h2v-2l1.6-1.5A4.2 4.2 0 0 1 12.8 3Z", "M13.8 6.2v.1"],
  out: ["M8 5H5v10h10v-3", "M11 4h5v5", "m16 4-6.5 6.5"],
  dot: ["M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z"],
};

export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: `icon ${extra}`.trim(), viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  for (const drawn of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", drawn);
    svg.append(path);
  }
  return svg;
}
