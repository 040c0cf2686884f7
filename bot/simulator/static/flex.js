// LINE Flex Messages, drawn as LINE draws them: https://developers.line.biz/en/reference/messaging-api/#flex-message
// Every value is checked before it becomes a style, so a message can colour its bubble and nothing else.

import { el, link, safeHref } from "./dom.js";

// Keyword sizes in px, measured on LINE's own Flex Message Simulator.
const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const FONT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };
const BUBBLES = new Set(["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"]);
const JUSTIFY = new Set(["center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"]);
const ALIGN = new Set(["center", "flex-start", "flex-end"]);
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };
const DECORATION = new Set(["none", "underline", "line-through"]);

const pick = (value, allowed) => (allowed.has(value) ? value : null);
const colour = (value) => (/^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value ?? "") ? value : null);

/** A keyword, px or % as CSS; null for anything else. */
function length(value, keywords = {}) {
  if (typeof value !== "string") return null;
  if (Object.hasOwn(keywords, value)) return `${keywords[value]}px`;
  return /^-?\d+(\.\d+)?(px|%)$/.test(value) ? value : null;
}

function style(node, styles) {
  for (const [name, value] of Object.entries(styles)) {
    if (value !== null && value !== undefined) node.style.setProperty(name, String(value));
  }
  return node;
}

/** A bubble or a carousel as an element. `act(action)` is called when a button is tapped. */
export function flex(contents, act) {
  if (contents?.type !== "carousel") return bubble(contents ?? {}, act);
  const label = "可左右捲動的卡片";
  const row = el("div", { class: "fx-carousel", role: "group", "aria-label": label, tabindex: "0" });
  row.append(...list(contents.contents).map((one) => bubble(one, act)));
  return row;
}

const list = (value) => (Array.isArray(value) ? value : []);

function bubble(spec, act) {
  const size = pick(spec.size, BUBBLES) ?? "mega";
  const node = el("div", { class: `fx-bubble fx-${size}`, dir: spec.direction === "rtl" ? "rtl" : null });
  for (const block of ["header", "hero", "body", "footer"]) {
    if (!spec[block]) continue;
    const look = spec.styles?.[block] ?? {};
    const section = el("div", { class: `fx-${block}` });
    style(section, { "background-color": colour(look.backgroundColor) });
    if (look.separator && node.childElementCount) {
      style(section, { "border-top": `1px solid ${colour(look.separatorColor) ?? "#d4d6da"}` });
    }
    section.append(component(spec[block], act, "vertical"));
    node.append(section);
  }
  if (spec.footer) node.classList.add("fx-has-footer");
  return tappable(node, spec.action, act);
}

const DRAW = { box, text, button, image, icon, separator, filler, spacer: filler };

function component(spec, act, layout, spacing = null) {
  const draw = Object.hasOwn(DRAW, spec?.type) ? DRAW[spec.type] : null;
  if (!draw) return el("span", { hidden: true });
  const node = draw(spec, act, layout);
  place(node, spec, layout, spacing);
  return node;
}

// How much of the parent a component takes when it does not say. In a row boxes, texts, buttons, images and
// fillers share the width; in a column everything is as tall as it is.
function share(spec, layout) {
  if (Number.isInteger(spec.flex) && spec.flex >= 0) return spec.flex;
  if (layout === "vertical") return spec.type === "filler" ? 1 : 0;
  if (spec.width && spec.type === "box") return 0;
  return spec.type === "separator" || spec.type === "icon" ? 0 : 1;
}

function place(node, spec, layout, spacing) {
  const rows = layout === "vertical";
  const part = share(spec, layout);
  if (part === 0) style(node, { flex: "0 0 auto" });
  else style(node, { flex: rows ? `${part} 0 auto` : `${part} 1 0` });
  style(node, { [rows ? "margin-top" : "margin-inline-start"]: length(spec.margin, SPACE) ?? spacing });
  if (!rows) style(node, { "align-self": GRAVITY[spec.gravity] });
  const offsets = {
    top: length(spec.offsetTop, SPACE),
    bottom: length(spec.offsetBottom, SPACE),
    "inset-inline-start": length(spec.offsetStart, SPACE),
    "inset-inline-end": length(spec.offsetEnd, SPACE),
  };
  if (spec.position === "absolute") style(node, { position: "absolute", ...offsets });
  else if (Object.values(offsets).some((one) => one !== null)) style(node, { position: "relative", ...offsets });
}

function box(spec, act) {
  const layout = ["vertical", "horizontal", "baseline"].includes(spec.layout) ? spec.layout : "vertical";
  const node = el("div", { class: `fx-box fx-${layout}` });
  style(node, {
    "background-color": colour(spec.backgroundColor),
    "background-image": gradient(spec.background),
    "border-radius": length(spec.cornerRadius, SPACE),
    width: length(spec.width),
    "max-width": length(spec.maxWidth),
    height: length(spec.height),
    "max-height": length(spec.maxHeight),
    padding: length(spec.paddingAll, SPACE),
    "justify-content": pick(spec.justifyContent, JUSTIFY),
    "align-items": pick(spec.alignItems, ALIGN),
  });
  style(node, {
    "padding-top": length(spec.paddingTop, SPACE),
    "padding-bottom": length(spec.paddingBottom, SPACE),
    "padding-inline-start": length(spec.paddingStart, SPACE),
    "padding-inline-end": length(spec.paddingEnd, SPACE),
  });
  const border = length(spec.borderWidth, BORDER);
  if (border) style(node, { border: `${border} solid ${colour(spec.borderColor) ?? "#000000"}` });
  const spacing = length(spec.spacing, SPACE);
  list(spec.contents).forEach((child, index) => {
    node.append(component(child, act, layout, index ? spacing : null));
  });
  return tappable(node, spec.action, act);
}

function gradient(background) {
  if (background?.type !== "linearGradient") return null;
  const [start, middle, end] = [background.startColor, background.centerColor, background.endColor].map(colour);
  const angle = /^\d+(\.\d+)?deg$/.test(background.angle ?? "") ? background.angle : null;
  if (!start || !end || !angle) return null;
  const stop = /^\d+(\.\d+)?%$/.test(background.centerPosition ?? "") ? background.centerPosition : "50%";
  return `linear-gradient(${angle}, ${start}, ${middle ? `${middle} ${stop}, ` : ""}${end})`;
}

function lettering(spec) {
  return {
    "font-size": length(spec.size, FONT),
    "font-weight": spec.weight === "bold" ? "bold" : spec.weight === "regular" ? "normal" : null,
    "font-style": spec.style === "italic" ? "italic" : null,
    "text-decoration": pick(spec.decoration, DECORATION),
    color: colour(spec.color),
  };
}

function text(spec, act) {
  const spans = list(spec.contents).filter((one) => one?.type === "span");
  const words = spans.length
    ? spans.map((span) => style(el("span", {}, String(span.text ?? "")), lettering(span)))
    : [String(spec.text ?? "")];
  const node = style(el("div", { class: spec.wrap ? "fx-text fx-wrap" : "fx-text" }, ...words), lettering(spec));
  style(node, { "text-align": { start: "start", end: "end", center: "center" }[spec.align] });
  if (Number.isInteger(spec.maxLines) && spec.maxLines > 0 && spec.wrap) {
    node.classList.add("fx-clamp");
    style(node, { "-webkit-line-clamp": spec.maxLines });
  }
  const extra = length(spec.lineSpacing);
  if (extra) style(node, { "line-height": `calc(1.4em + ${extra})` });
  return tappable(node, spec.action, act);
}

function button(spec, act) {
  const kind = ["primary", "secondary", "link"].includes(spec.style) ? spec.style : "link";
  const label = el("span", { class: "fx-label" }, String(spec.action?.label ?? ""));
  const name = `fx-button fx-${kind}${spec.height === "sm" ? " fx-sm" : ""}`;
  const node = spec.action?.type === "uri" ? link(spec.action.uri, label) : el("button", { type: "button" }, label);
  node.className = name;
  if (node.tagName === "BUTTON") node.addEventListener("click", () => act(spec.action));
  style(node, { [kind === "link" ? "color" : "background-color"]: colour(spec.color) });
  return node;
}

/** Pictures come from https or from this very server, never over plain http from elsewhere. */
export function picture(address, alt = "") {
  const url = safeHref(address) && new URL(address);
  if (!url || !(url.protocol === "https:" || url.origin === location.origin)) return null;
  return el("img", { src: url.href, alt, loading: "lazy", referrerpolicy: "no-referrer" });
}

function ratio(value) {
  const match = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(value ?? "1:1");
  return match ? `${match[1]} / ${match[2]}` : "1 / 1";
}

function image(spec, act) {
  const node = el("div", { class: "fx-image" });
  const width = spec.size === "full" ? "100%" : length(spec.size, IMAGE) ?? "100px";
  style(node, { "justify-content": { start: "flex-start", end: "flex-end" }[spec.align] });
  const shown = picture(spec.url) ?? el("span", {});
  style(shown, {
    width,
    "aspect-ratio": ratio(spec.aspectRatio),
    "object-fit": spec.aspectMode === "cover" ? "cover" : "contain",
    "background-color": colour(spec.backgroundColor),
  });
  node.append(shown);
  return tappable(node, spec.action, act);
}

function icon(spec) {
  const node = picture(spec.url) ?? el("span", {});
  node.classList.add("fx-icon");
  return style(node, { "font-size": length(spec.size, FONT) ?? "16px", "aspect-ratio": ratio(spec.aspectRatio) });
}

function separator(spec, act, layout) {
  const node = el("div", { class: "fx-separator", role: "presentation" });
  style(node, { "background-color": colour(spec.color) });
  return style(node, layout === "vertical" ? { height: "1px" } : { width: "1px", "align-self": "stretch" });
}

function filler() {
  return el("div", { class: "fx-filler" });
}

/** A box, a text or a whole bubble with an action acts as a button, by keyboard too. */
function tappable(node, action, act) {
  if (!action) return node;
  const run = (event) => {
    event.stopPropagation();
    act(action);
  };
  node.classList.add("fx-tappable");
  node.tabIndex = 0;
  node.setAttribute("role", action.type === "uri" ? "link" : "button");
  if (action.label) node.setAttribute("aria-label", action.label);
  node.addEventListener("click", run);
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    run(event);
  });
  return node;
}
