// Telegram's side of the chat: messages, inline keyboards, edits in place.
// https://core.telegram.org/bots/api#message

import { clock24, el, link } from "./dom.js";
import { messageEntities, messageHtml, words } from "./html.js";

const SVG = "http://www.w3.org/2000/svg";

/** How Telegram shows an entry. `phone` is `{tap(entry, data, button), say(text)}`. */
export function drawTelegram(entry, phone) {
  const message = entry.content;
  const say = (text) => phone.say(text);
  const body = el("div", { class: "tg-text" }, ...wordsOf(message, say));
  const meta = el("span", { class: "meta" });
  if (entry.edited) meta.append(el("span", {}, "已編輯"));
  meta.append(el("time", { datetime: entry.at }, clock24(new Date(entry.at))));
  if (entry.sender === "user") meta.append(ticks());
  const bubble = el("div", { class: "bubble" }, attachment(message), body, meta);
  const keyboard = message.reply_markup?.inline_keyboard;
  const column = el("div", { class: "column" }, bubble, keyboard?.length ? keys(entry, keyboard, phone) : null);
  return el("div", { class: entry.sender === "user" ? "row mine" : "row theirs" }, column);
}

function wordsOf(message, say) {
  const text = message.text ?? message.caption ?? "";
  if (message.parse_mode?.toUpperCase() === "HTML") return messageHtml(text, say);
  const entities = message.entities ?? message.caption_entities;
  return entities?.length ? messageEntities(text, entities, say) : words(text, say);
}

function attachment(message) {
  const name = message.document?.file_name ?? (message.document ? "檔案" : message.photo ? "相片" : null);
  return name ? el("div", { class: "tg-file" }, el("span", { "aria-hidden": "true" }, "📄"), name) : null;
}

// ✓ sent, ✓✓ read: the second stroke shows once the bot has written (CSS, .read).
function ticks() {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 12", width: 18, height: 11, class: "ticks", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  for (const d of ["M1.500 6.500 5 10 12 2", "M9 10 16.500 2"]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function keys(entry, rows, phone) {
  const keyboard = el("div", { class: "keyboard", role: "group", "aria-label": "訊息按鈕" });
  for (const row of rows) {
    keyboard.append(el("div", { class: "key-row" }, ...row.map((button) => key(entry, button, phone))));
  }
  return keyboard;
}

function key(entry, button, phone) {
  const label = el("span", {}, button.text);
  if (button.url) {
    const away = link(button.url, label);
    away.classList.add("key", "key-url");
    return away;
  }
  const node = el("button", { type: "button", class: "key" }, label);
  node.addEventListener("click", () => phone.tap(entry, button.callback_data ?? "", node));
  return node;
}
