// Building blocks of the page. Text always becomes text nodes: nothing here parses markup.

/** An element with properties, dataset, aria and listeners; children are nodes or strings. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SAFE = new Set(["http:", "https:", "tel:", "mailto:"]);

/** The address as given when a message may send a person there, else null (javascript:, data:, tg:, relative). */
export function safeHref(address) {
  try {
    return SAFE.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the demo and tells the other page nothing. */
export function link(address, ...children) {
  const href = safeHref(address);
  if (href === null) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// An address ends at white space or at punctuation of Chinese text.
const ADDRESS = /https?:\/\/[^\s<>"'、，。；：！？（）「」『』【】〔〕]+/g;

/** Text as nodes, its web addresses as links (both apps do that); line breaks stay for pre-wrap. */
export function linkified(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    nodes.push(link(match[0], match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

const TAIPEI = "Asia/Taipei";
const DAY = new Intl.DateTimeFormat("zh-TW", { timeZone: TAIPEI, month: "numeric", day: "numeric", weekday: "narrow" });
const H12 = new Intl.DateTimeFormat("zh-TW", { timeZone: TAIPEI, hour: "numeric", minute: "2-digit", hour12: true });
const H23 = new Intl.DateTimeFormat("zh-TW", { timeZone: TAIPEI, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** 11/24（二） */
export function dayOf(date) {
  const part = Object.fromEntries(DAY.formatToParts(date).map((p) => [p.type, p.value]));
  return `${part.month}/${part.day}（${part.weekday}）`;
}

/** 下午2:30, as LINE writes it. */
export const clock12 = (date) => H12.format(date).replace(/\s/g, "");

/** 14:30, as Telegram writes it. */
export const clock24 = (date) => H23.format(date);
