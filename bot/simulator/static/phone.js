// One phone: its chat log, its input, its buttons. What differs between the apps is in line.js and telegram.js.

import { dayOf, el, safeHref } from "./dom.js";
import { drawLine, quickReplies } from "./line.js";
import { RichMenu } from "./menu.js";
import { drawTelegram } from "./telegram.js";
import { follow, post, Refused } from "./wire.js";

const APPS = {
  line: { draw: drawLine, chips: quickReplies, join: "follow", closed: "您已封鎖小幫手" },
  telegram: { draw: drawTelegram, chips: () => [], join: "start", closed: "" },
};
const TYPING = 28; // ms a character, when the guide types

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Phone {
  /** @param root the phone's section in page.html */
  constructor(root) {
    this.root = root;
    this.platform = root.dataset.platform;
    this.app = APPS[this.platform];
    this.part = Object.fromEntries([...root.querySelectorAll("[data-role]")].map((one) => [one.dataset.role, one]));
    this.name = this.part.name.textContent;
    this.sending = Promise.resolve();
    this.hooks = {
      name: this.name,
      act: (action) => this.act(action),
      say: (text) => this.say(text),
      tap: (entry, data, button) => this.press(entry, data, button),
    };
    if (this.part.rich) this.menu = new RichMenu(this.part, (action) => this.act(action));
    this.listen();
  }

  listen() {
    const { form, text, join, block, log, newest } = this.part;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    text.addEventListener("keydown", (event) => {
      // While an input method is composing, Enter picks a character; it does not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    text.addEventListener("input", () => this.fit());
    join.addEventListener("click", () => this.join());
    block.addEventListener("click", () => this.send(this.status === "blocked" ? "unblock" : "block", {}));
    // Only going up leaves the end: while a smooth scroll is on its way down, what arrives is still followed.
    let top = 0;
    log.addEventListener("scroll", () => {
      if (this.atEnd()) newest.hidden = this.following = true;
      else if (log.scrollTop < top) this.following = false;
      top = log.scrollTop;
    });
    newest.addEventListener("click", () => this.toEnd());
    // What opens or closes below the log must not hide its end.
    new ResizeObserver(() => this.following && this.toEnd(true)).observe(log);
    this.part.menu?.addEventListener("click", () => this.toggleCommands());
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.part.commands && !this.part.commands.hidden) this.toggleCommands(false);
    });
    this.root.addEventListener("click", (event) => {
      if (!event.target.closest("[data-role=commands], [data-role=menu]")) this.toggleCommands(false);
    });
  }

  /** Shows the chat of `person` ({name, user}) from now on. */
  open(person) {
    this.close?.();
    this.person = person;
    this.entries = new Map();
    this.part.messages.replaceChildren();
    this.part.owner.textContent = `${person.name}的手機`;
    this.part.newest.hidden = true;
    this.part.log.setAttribute("aria-busy", "true"); // the past is not read aloud
    this.settled = false;
    this.chips();
    this.close = follow(`${this.path}/stream`, {
      state: (state) => this.setState(state),
      entry: (entry) => this.put(entry),
      ready: () => this.ready(),
    });
  }

  get path() {
    return `/demo/chat/${this.platform}/${this.person.user}`;
  }

  ready() {
    if (this.settled) return;
    this.settled = true;
    this.part.log.removeAttribute("aria-busy");
    this.toEnd(true);
  }

  setState({ status, commands, menu }) {
    this.status = status;
    const fresh = status === "new";
    const { block, form, text, join, welcome } = this.part;
    block.hidden = fresh;
    block.textContent = status === "blocked" ? "解除封鎖" : "封鎖";
    block.setAttribute("aria-pressed", String(status === "blocked"));
    this.root.classList.toggle("blocked", status === "blocked");
    welcome.hidden = !fresh;
    if (this.platform === "telegram") {
      form.hidden = status !== "friend";
      join.hidden = status === "friend";
      join.textContent = status === "blocked" ? "解除封鎖" : "開始";
    } else {
      text.disabled = status !== "friend";
      text.placeholder = { friend: "輸入訊息", blocked: this.app.closed, new: "加入好友後即可對話" }[status];
    }
    if (commands) this.setCommands(commands);
    this.menu?.show(menu);
    this.chips();
    this.root.dispatchEvent(new CustomEvent("status"));
  }

  // ── what arrives ──

  put(entry) {
    const known = this.entries.get(entry.id);
    if (known?.raw === JSON.stringify(entry)) return;
    const end = this.following || this.atEnd();
    const drawn = this.app.draw(entry, this.hooks);
    const item = el("li", { class: entry.sender === "user" ? "mine" : "theirs", "data-id": entry.id });
    if (drawn) item.append(drawn);
    else item.hidden = true;
    if (known) known.item.replaceWith(item);
    else this.append(item, entry);
    this.entries.set(entry.id, { entry, item, raw: JSON.stringify(entry) });
    if (entry.sender === "bot") {
      this.markRead();
    }
    this.chips();
    if (!this.settled || known) {
      if (end) this.toEnd(true);
    } else if (end || entry.sender === "user") this.toEnd();
    else this.part.newest.hidden = false;
  }

  append(item, entry) {
    const day = dayOf(new Date(entry.at));
    if (day !== this.lastDay || !this.entries.size) {
      this.part.messages.append(el("li", { class: "day" }, el("span", {}, day)));
      this.lastDay = day;
    }
    this.part.messages.append(item);
  }

  markRead() {
    for (const item of this.part.messages.querySelectorAll("li.mine:not(.is-read)")) item.classList.add("is-read");
  }

  chips() {
    const { chips } = this.part;
    if (!chips) return;
    const last = [...this.entries.values()].at(-1)?.entry;
    const buttons = this.status === "friend" ? this.app.chips(last, this.hooks) : [];
    chips.replaceChildren(...buttons);
    chips.hidden = buttons.length === 0;
    chips.scrollLeft = 0;
  }

  // ── what leaves ──

  /** Sends in the order asked, one after the other; a refusal is shown in the phone. */
  send(action, body) {
    const { person, path } = this;
    const sent = this.sending
      .then(() => post(`${path}/${action}`, body))
      .then(({ state }) => person === this.person && this.setState(state));
    this.sending = sent.catch((error) => this.complain(error));
    return sent.then(() => true, () => false);
  }

  complain(error) {
    this.alarm(error instanceof Refused ? error.message : "沒有送出，請再試一次。");
  }

  say(text) {
    return this.send("say", { text });
  }

  join() {
    if (this.status === "blocked") return this.send("unblock", {});
    return this.send(this.app.join, {});
  }

  async submit() {
    const { text } = this.part;
    const words = text.value.trim();
    if (!words || text.disabled) return;
    text.value = "";
    this.fit();
    if (!(await this.say(words)) && !text.value) {
      text.value = words; // nothing that was typed is lost
      this.fit();
    }
  }

  /** Types as a person would, then sends. */
  async typeAndSend(words) {
    await this.fill(words);
    await this.submit();
  }

  /** Puts words into the input for the person to send. */
  async fill(words) {
    const { text } = this.part;
    text.value = "";
    if (calm.matches) text.value = words;
    else {
      for (const character of words) {
        text.value += character;
        this.fit();
        await pause(TYPING);
      }
    }
    this.fit();
  }

  /** What a LINE action does when tapped. */
  act(action) {
    switch (action.type) {
      case "postback":
        if (action.inputOption === "openKeyboard") this.fill(action.fillInText ?? "").then(() => this.part.text.focus());
        return this.send("tap", { data: action.data, display_text: action.displayText ?? null });
      case "message":
        return this.say(action.text);
      case "uri":
        if (safeHref(action.uri)) open(action.uri, "_blank", "noopener,noreferrer");
        return undefined;
      case "clipboard":
        return navigator.clipboard.writeText(action.clipboardText).then(() => this.alarm("已複製"));
      default:
        return this.alarm("示範頁不支援這種按鈕，請改用文字輸入。");
    }
  }

  /** A tap on a Telegram button: it turns until the bot answers. */
  async press(entry, data, button) {
    this.stopTurning();
    button.classList.add("turning");
    this.turning = button;
    const path = `${this.path}/tap`;
    try {
      await this.sending; // after what was sent before; what comes next need not wait for the answer
      const { answer } = await post(path, { message_id: entry.content.message_id, data });
      if (answer?.text) this.alarm(answer.text);
    } catch (error) {
      this.complain(error);
    }
    if (this.turning === button) this.stopTurning();
  }

  stopTurning() {
    this.turning?.classList.remove("turning");
    this.turning = null;
  }

  // ── the frame ──

  setCommands(commands) {
    const { commands: menu, menu: opener } = this.part;
    if (!menu) return;
    opener.hidden = commands.length === 0;
    menu.replaceChildren(
      ...commands.map(({ command, description }) =>
        el("button", { type: "button", role: "menuitem", onclick: () => this.command(command) }, el("b", {}, `/${command}`), el("span", {}, description)),
      ),
    );
  }

  command(name) {
    this.toggleCommands(false);
    this.say(`/${name}`);
  }

  toggleCommands(show = this.part.commands?.hidden) {
    const { commands, menu } = this.part;
    if (!commands || commands.hidden === !show) return;
    const inside = commands.contains(document.activeElement);
    commands.hidden = !show;
    menu.setAttribute("aria-expanded", String(show));
    if (show) commands.firstElementChild?.focus();
    else if (inside) menu.focus();
  }

  fit() {
    const { text } = this.part;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
  }

  atEnd() {
    const { log } = this.part;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 90;
  }

  toEnd(atOnce = false) {
    const { log, newest } = this.part;
    newest.hidden = this.following = true;
    log.scrollTo({ top: log.scrollHeight, behavior: atOnce || calm.matches ? "instant" : "smooth" });
  }

  alarm(words) {
    const { alarm } = this.part;
    alarm.textContent = words;
    clearTimeout(this.alarmTimer);
    this.alarmTimer = setTimeout(() => (alarm.textContent = ""), 6000);
  }
}
