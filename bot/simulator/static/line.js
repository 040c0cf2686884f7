// LINE's side of the chat: what a message object looks like and what its actions do.
// https://developers.line.biz/en/reference/messaging-api/#message-objects

import { clock12, el, link, linkified } from "./dom.js";
import { flex, picture } from "./flex.js";

/**
 * How LINE shows an entry.
 *
 * @param entry one entry of the transcript
 * @param phone `{act(action), say(text)}`
 * @returns the list item's content, or null when LINE shows nothing (a postback without words)
 */
export function drawLine(entry, phone) {
  const body = content(entry.content, phone);
  if (body === null) return null;
  const at = el("time", { datetime: entry.at }, clock12(new Date(entry.at)));
  if (entry.sender === "user") {
    return el("div", { class: "row mine" }, el("div", { class: "meta" }, el("span", { class: "read" }), at), body);
  }
  const face = el("span", { class: "face", "aria-hidden": "true" }, el("img", { src: "/static/icon.svg", alt: "", width: 36, height: 36 }));
  const name = el("span", { class: "who" }, entry.content.sender?.name ?? phone.name);
  return el("div", { class: "row theirs" }, face, el("div", { class: "said" }, name, el("div", { class: "line-up" }, body, el("div", { class: "meta" }, at))));
}

function content(message, phone) {
  switch (message.type) {
    case "text":
    case "textV2":
      return el("div", { class: "bubble" }, ...linkified(String(message.text ?? "")));
    case "postback":
      return message.displayText ? el("div", { class: "bubble" }, message.displayText) : null;
    case "flex":
      return el("div", { class: "wide", "aria-label": message.altText, role: "group" }, flex(message.contents, phone.act));
    case "template":
      return template(message, phone);
    case "image":
      return el("div", { class: "bubble photo" }, picture(message.previewImageUrl, "圖片") ?? "圖片");
    case "unsent":
      return el("div", { class: "bubble unsent" }, "（訊息已收回）");
    case "sticker":
      return el("div", { class: "bubble" }, "（貼圖）");
    default:
      return el("div", { class: "bubble" }, message.altText ?? `（示範頁未畫出這種訊息：${message.type}）`);
  }
}

// Template messages: "confirm" has two buttons side by side, "buttons" up to four in a column.
function template(message, phone) {
  const { type, title, text, actions = [] } = message.template ?? {};
  return el(
    "div",
    { class: `template ${type === "confirm" ? "confirm" : "buttons"}`, "aria-label": message.altText, role: "group" },
    title ? el("p", { class: "template-title" }, title) : null,
    el("p", {}, text ?? ""),
    el("div", { class: "template-actions" }, ...actions.map((action) => actionButton(action, phone))),
  );
}

function actionButton(action, phone) {
  if (action.type === "uri") return link(action.uri, action.label ?? action.uri);
  return el("button", { type: "button", onclick: () => phone.act(action) }, action.label ?? "");
}

/** The quick replies that the newest message offers, as buttons; none once anyone has said more. */
export function quickReplies(entry, phone) {
  const items = entry?.sender === "bot" ? entry.content.quickReply?.items ?? [] : [];
  return items.filter((item) => item.action).map((item) => actionButton(item.action, phone));
}
