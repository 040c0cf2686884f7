// The HTML that Telegram's Bot API allows in messages: https://core.telegram.org/bots/api#html-style
// It is read token by token and rebuilt from a list of allowed tags; the browser's own parser never sees it.
// Of a tag not on the list only its words stay.

import { el, link, linkified } from "./dom.js";

const PLAIN = { b: "b", strong: "b", i: "i", em: "i", u: "u", ins: "u", s: "s", strike: "s", del: "s", code: "code", pre: "pre" };
const LITERAL = new Set(["a", "code", "pre"]);
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"' };
const TOKEN = /<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^"'<>])*)>|[^<]+|</gi;
const ATTRIBUTE = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/gi;

/** Message HTML as safe nodes. `command(text)` is called when a /command in it is tapped. */
export function messageHtml(html, command) {
  const open = [{ tag: "", attributes: {}, nodes: [] }]; // what is not closed yet, outermost first
  const close = () => {
    const { tag, attributes, nodes } = open.pop();
    open.at(-1).nodes.push(...element(tag, attributes, nodes));
  };
  for (const [token, slash, name, rest] of html.matchAll(TOKEN)) {
    const tag = name?.toLowerCase();
    if (!tag) {
      const { nodes } = open.at(-1);
      const text = afterBlock(nodes.at(-1), decoded(token));
      nodes.push(...(open.some((one) => LITERAL.has(one.tag)) ? [text] : words(text, command)));
    } else if (!slash) open.push({ tag, attributes: attributesOf(rest), nodes: [] });
    else if (open.some((one) => one.tag === tag)) {
      while (open.at(-1).tag !== tag) close();
      close();
    }
  }
  while (open.length > 1) close();
  return open[0].nodes;
}

function attributesOf(text) {
  const found = [...text.matchAll(ATTRIBUTE)].map(([, name, ...values]) => [
    name.toLowerCase(),
    decoded(values.find((one) => one !== undefined) ?? ""),
  ]);
  return Object.fromEntries(found);
}

/** The character references that Telegram knows: four names, and numbers. */
function decoded(text) {
  return text.replace(/&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name, decimal, hex) => {
    if (name) return NAMED[name.toLowerCase()];
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

// A quotation or a block of code ends its line by itself, so the line break after it is not a second one.
const afterBlock = (before, text) =>
  ["BLOCKQUOTE", "PRE"].includes(before?.tagName) ? text.replace(/^\n/, "") : text;

function element(tag, attributes, inside) {
  if (Object.hasOwn(PLAIN, tag)) return [el(PLAIN[tag], {}, ...inside)];
  if (tag === "a") return [link(attributes.href ?? "", ...inside)];
  if (tag === "blockquote") return [quote(inside, "expandable" in attributes)];
  if (tag === "tg-spoiler" || (tag === "span" && attributes.class === "tg-spoiler")) return [spoiler(inside)];
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
