// The gallery: every scene on both platforms, light and dark, drawn as the phones draw it, and what is heard.
// The drawings are pictures here (inert): the words under them are what a keyboard and a screen reader reach.

import { el } from "./dom.js";
import { drawLine, quickReplies } from "./line.js";
import { drawTelegram } from "./telegram.js";
import { get, Refused } from "./wire.js";

const PLATFORMS = [["line", "LINE"], ["telegram", "Telegram"]];
const SCHEMES = [["light", "淺色"], ["dark", "深色"]];
const still = () => undefined;
const PHONE = { name: "AI 學習小幫手", act: still, say: still, tap: still };
const DRAW = { line: drawLine, telegram: drawTelegram };
const main = document.getElementById("scenes");
const nav = document.getElementById("tasks");
const tools = document.getElementById("tools");

/** A piece of chat: the scene's messages on one platform in one colour scheme. */
function shot(scene, [platform, name], [scheme, tone]) {
  const entries = scene.messages.flatMap((message) =>
    message[platform].map((content) => ({ sender: "bot", at: scene.at, content, notice: message.notice })),
  );
  const items = entries.flatMap((entry, place) => {
    const first = entry.notice && !entries[place - 1]?.notice;
    const item = el("li", { class: "theirs" }, DRAW[platform](entry, PHONE));
    return first ? [el("li", { class: "notice-to" }, "另外通知承辦人或當事人"), item] : [item];
  });
  const chips = platform === "line" ? quickReplies(entries.at(-1), PHONE) : [];
  return el(
    "figure",
    { class: `shot shot-${platform} shot-${scheme}` },
    el("figcaption", {}, `${name}・${tone}`),
    el(
      "div",
      { class: `shot-chat ${platform}`, inert: true },
      el("ol", { class: "messages" }, ...items),
      chips.length ? el("div", { class: "chips" }, ...chips) : null,
    ),
  );
}

function heard(scene) {
  const lists = scene.messages.map(({ heard: words }) =>
    el(
      "dl",
      {},
      ...[["LINE 通知與報讀（altText）", words.line], ["Telegram 文字", words.telegram], ["按鈕", words.buttons.join("\n") || "（沒有）"]].map(
        ([term, said]) => el("div", {}, el("dt", {}, term), el("dd", {}, said)),
      ),
    ),
  );
  return el("details", { class: "heard" }, el("summary", {}, "報讀與通知的文字"), ...lists);
}

function sceneOf(scene, id) {
  const shots = PLATFORMS.flatMap((platform) => SCHEMES.map((scheme) => shot(scene, platform, scheme)));
  return el(
    "article",
    { class: "scene", id, "aria-labelledby": `${id}-title` },
    el("h3", { id: `${id}-title` }, el("a", { href: `#${id}` }, scene.title)),
    el("p", { class: "scene-steps" }, scene.steps.join(" → ")),
    el("div", { class: "shots" }, ...shots),
    heard(scene),
  );
}

const taskOf = (task) =>
  el(
    "section",
    { class: "task", id: task.id, "aria-labelledby": `${task.id}-name` },
    el("h2", { id: `${task.id}-name` }, task.title, " ", el("small", {}, `${task.scenes.length} 個情境`)),
    ...task.scenes.map((scene, place) => sceneOf(scene, `${task.id}-${place + 1}`)),
  );

/** The address's anchor names a task or one of its scenes; without one everything is shown. */
function choose() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  const target = document.getElementById(anchor);
  const task = target?.closest(".task") ?? null;
  for (const section of main.querySelectorAll(".task")) section.hidden = task !== null && section !== task;
  for (const link of nav.querySelectorAll("a")) {
    if (link.hash === (task ? `#${task.id}` : "#all")) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (task) target.scrollIntoView({ block: "start" });
  else scrollTo(0, 0);
}

function show() {
  for (const { name, checked } of tools.elements) {
    if (name === "compact") document.body.classList.toggle("compact", checked);
    else document.body.classList.toggle(`hide-${name}`, !checked);
  }
}

try {
  const { tasks } = await get("/demo/gallery");
  nav.append(el("a", { href: "#all" }, "全部"), ...tasks.map((task) => el("a", { href: `#${task.id}` }, task.title)));
  main.replaceChildren(...tasks.map(taskOf));
  tools.addEventListener("change", show);
  addEventListener("hashchange", choose);
  show();
  choose();
} catch (error) {
  main.replaceChildren(el("p", { class: "gallery-note", role: "alert" }, error instanceof Refused ? error.message : "畫面載入失敗，請重新整理。"));
  throw error;
} finally {
  main.removeAttribute("aria-busy");
}
