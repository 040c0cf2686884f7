// The HTML that Telegram's Bot API allows in messages: https://core.telegram.org/bots/api#html-style
// The text is parsed into an inert document and rebuilt from a list of allowed tags, attribute by attribute.
// Nothing of the parsed document enters the page; a tag not on the list leaves only its words.

import { el, link, linkified } from "./dom.js";

const PLAIN = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code", PRE: "pre" };
const LITERAL = new Set(["A", "CODE", "PRE"]);

/** Message HTML as safe nodes. `command(text)` is called when a /command in it is tapped. */
export function messageHtml(html, command) {
  const inert = new DOMParser().parseFromString(`<body><div>${html}</div></body>`, "text/html");
  return rebuilt(inert.body, command, false);
}

function rebuilt(parent, command, literal) {
  const nodes = [];
  for (const child of parent.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      const text = afterBlock(nodes.at(-1), child.data);
      nodes.push(...(literal ? [text] : words(text, command)));
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      const inside = rebuilt(child, command, literal || LITERAL.has(child.tagName));
      nodes.push(...element(child, inside));
    }
  }
  return nodes;
}

// A quotation or a block of code ends its line by itself, so the line break after it is not a second one.
const afterBlock = (before, text) =>
  ["BLOCKQUOTE", "PRE"].includes(before?.tagName) ? text.replace(/^\n/, "") : text;

function element(from, inside) {
  const tag = from.tagName;
  if (Object.hasOwn(PLAIN, tag)) return [el(PLAIN[tag], {}, ...inside)];
  if (tag === "A") return [link(from.getAttribute("href") ?? "", ...inside)];
  if (tag === "BLOCKQUOTE") return [quote(inside, from.hasAttribute("expandable"))];
  if (tag === "TG-SPOILER" || (tag === "SPAN" && from.className === "tg-spoiler")) return [spoiler(inside)];
  return inside;
}

/** Text with its web addresses as links and its /commands as buttons, as Telegram shows them. */
export function words(text, command) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(/(?<![\w/:.])\/[a-z0-9_]{1,32}\b(?!\/)/g)) {
    nodes.push(...linkified(text.slice(from, match.index)));
    nodes.push(el("button", { type: "button", class: "tg-command", onclick: () => command(match[0]) }, match[0]));
    from = match.index + match[0].length;
  }
  nodes.push(...linkified(text.slice(from)));
  return nodes;
}

function quote(inside, expandable) {
  const node = el("blockquote", { class: expandable ? "tg-folded" : null }, ...inside);
  if (!expandable) return node;
  const unfold = el("button", { type: "button", class: "tg-unfold", "aria-expanded": "false" }, "展開");
  unfold.addEventListener("click", () => {
    const folded = node.classList.toggle("tg-folded");
    unfold.setAttribute("aria-expanded", String(!folded));
    unfold.textContent = folded ? "展開" : "收合";
  });
  node.append(unfold);
  return node;
}

function spoiler(inside) {
  const node = el("span", { class: "tg-spoiler", role: "button", tabindex: "0", "aria-label": "按一下顯示隱藏文字" }, ...inside);
  const show = () => {
    node.className = "";
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show, { once: true });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
  return node;
}

const ENTITY = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };

/** Text with MessageEntity objects (offsets in UTF-16 units, as JavaScript counts) as safe nodes. */
export function messageEntities(text, entities, command) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, sorted, command, false);
}

function between(text, start, end, entities, command, literal) {
  const nodes = [];
  const write = (from, to) => {
    const part = afterBlock(nodes.at(-1), text.slice(from, Math.max(from, to)));
    nodes.push(...(literal ? [part] : words(part, command)));
  };
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [outer, ...others] = rest;
    const stop = Math.min(outer.offset + outer.length, end);
    const within = others.filter((one) => one.offset < stop);
    rest = others.filter((one) => one.offset >= stop);
    write(at, outer.offset);
    const plain = literal || ["code", "pre", "text_link"].includes(outer.type);
    nodes.push(...marked(outer, between(text, outer.offset, stop, within, command, plain)));
    at = stop;
  }
  write(at, end);
  return nodes;
}

function marked(entity, inside) {
  if (Object.hasOwn(ENTITY, entity.type)) return [el(ENTITY[entity.type], {}, ...inside)];
  if (entity.type === "text_link") return [link(entity.url ?? "", ...inside)];
  if (entity.type === "blockquote" || entity.type === "expandable_blockquote") {
    return [quote(inside, entity.type === "expandable_blockquote")];
  }
  if (entity.type === "spoiler") return [spoiler(inside)];
  return inside;
}
