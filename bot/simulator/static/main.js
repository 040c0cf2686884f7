// The desk above the phones: who you are, what to try, which day it is.

import { dayOf, el } from "./dom.js";
import { openMailbox } from "./mail.js";
import { Phone } from "./phone.js";
import { get, post, Refused } from "./wire.js";

const at = (id) => document.getElementById(id);
const phones = { line: new Phone(at("phone-line")), telegram: new Phone(at("phone-telegram")) };
const SAME = "same";

/** What the server seeded: people (the last is a stranger without a code), links, the clock if it moves. */
const desk = await get("/demo/desk").catch((error) => {
  for (const phone of Object.values(phones)) phone.alarm(error instanceof Refused ? error.message : String(error));
  throw error;
});
const people = new Map(desk.people.map((person) => [person.key, person]));

// ── who ──

const chosen = { line: null, telegram: null };

function groups() {
  const units = Map.groupBy ? Map.groupBy(desk.people, (one) => one.unit) : grouped(desk.people);
  return [...units].map(([unit, members]) =>
    el("optgroup", { label: unit || "沒有啟用碼" }, ...members.map((one) => el("option", { value: one.key }, [one.name, one.title].filter(Boolean).join("　")))),
  );
}

function grouped(everyone) {
  const units = new Map();
  for (const one of everyone) units.set(one.unit, [...(units.get(one.unit) ?? []), one]);
  return units;
}

function seat(platform, person) {
  if (chosen[platform] === person) return;
  chosen[platform] = person;
  phones[platform].open({ name: person.name, user: person[platform] });
}

function sit() {
  const person = people.get(at("who").value);
  const other = at("who-telegram").value;
  seat("line", person);
  seat("telegram", other === SAME ? person : people.get(other));
  const address = new URL(location.href);
  address.searchParams.set("who", person.key);
  if (other === SAME) address.searchParams.delete("telegram");
  else address.searchParams.set("telegram", other);
  history.replaceState(null, "", address);
  showPerson();
}

function showPerson() {
  const person = chosen[target()];
  at("person-name").textContent = person.name;
  at("person-post").textContent = [person.unit, person.title, person.hint].filter(Boolean).join("・");
  at("code").textContent = person.code ?? "沒有";
  at("copy").hidden = !person.code;
  at("renew").hidden = !person.code || !desk.renews;
  at("use-code").disabled = !person.code;
  at("use-code").textContent = person.code ? "用這個啟用碼開始" : "陌生人沒有啟用碼，直接說句話試試";
}

// ── what to try ──

const target = () => document.querySelector("input[name=target]:checked").value;

function aim(platform) {
  document.querySelector(`input[name=target][value=${platform}]`).checked = true;
  showPerson();
}

const joined = (phone) => phone.status === "friend";

/** Joins where needed and waits until the stream says that the chat is open; false when that fails. */
async function reach(phone) {
  if (joined(phone)) return true;
  if (!(await phone.join())) return false;
  const open = () => new Promise((done) => phone.root.addEventListener("status", done, { once: true }));
  const patience = new Promise((done) => setTimeout(done, 3000));
  while (!joined(phone)) {
    if ((await Promise.race([open(), patience])) === undefined) break;
  }
  return joined(phone);
}

/** LINE: the words go into the input, as its 啟用 link does. Telegram: the deep link sends /start CODE. */
async function useCode() {
  const phone = phones[target()];
  const { code } = chosen[target()];
  reveal(phone);
  if (phone.platform === "telegram") {
    if (phone.status === "blocked") await phone.send("unblock", {});
    await phone.send("start", { payload: code });
    return;
  }
  if (!(await reach(phone))) return;
  await phone.fill(`啟用 ${code}`);
  phone.part.text.focus();
}

const STEPS = {
  async join(phone) {
    if (joined(phone)) phone.alarm("已經是好友了，可以直接對話。");
    else await phone.join();
  },
  async activate(phone) {
    const { code } = chosen[phone.platform];
    if (phone.platform === "telegram" && code) await useCode();
    else if (await reach(phone)) await phone.typeAndSend(code ? `啟用 ${code}` : "啟用");
  },
  async say(phone, words) {
    if (await reach(phone)) await phone.typeAndSend(words);
  },
};

function reveal(phone) {
  const box = phone.root.getBoundingClientRect();
  if (box.top < 0 || box.bottom > innerHeight) phone.root.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

// ── links and the date ──

function showLinks() {
  at("links").hidden = desk.links.length === 0;
  at("links").append(...desk.links.map(({ label, href }) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label)));
}

/** A sentence of the server's about the whole demo, such as which time it goes by. */
function showNote(note) {
  at("note").hidden = !note;
  at("note").textContent = note;
}

function showClock(clock) {
  at("clock").hidden = !clock;
  if (!clock) return;
  const day = (date) => dayOf(new Date(`${date}T12:00+08:00`));
  at("clock-today").textContent = `今天 ${day(clock.today)}`;
  at("clock-date").value = clock.today;
  at("clock-days").replaceChildren(
    ...clock.days.map(({ label, date }) =>
      el("button", { type: "button", class: "day-button", "data-date": date, "aria-pressed": String(date === clock.today) }, el("b", {}, label), el("span", {}, day(date))),
    ),
  );
}

/** Moves the demo's date; the server says what to look at, or why it may not be that day. */
async function moveClock(date) {
  const said = at("clock-note");
  const label = document.activeElement?.querySelector?.("b")?.textContent;
  at("clock").setAttribute("aria-busy", "true");
  try {
    const clock = await post("/demo/clock", { date });
    showClock(clock);
    said.textContent = clock.note;
  } catch (error) {
    said.textContent = error.message;
  }
  at("clock").removeAttribute("aria-busy");
  if (label) [...at("clock-days").children].find((one) => one.firstChild.textContent === label)?.focus();
}

/** A code opens one chat: the other phone, or the same one after 解除綁定, needs another. */
async function renewCode() {
  const person = chosen[target()];
  try {
    person.code = (await post("/demo/code", { who: person.key })).code;
  } catch (error) {
    phones[target()].alarm(error instanceof Refused ? error.message : String(error));
  }
  showPerson();
}

async function copyCode() {
  const button = at("copy");
  try {
    await navigator.clipboard.writeText(at("code").textContent);
    button.textContent = "已複製";
  } catch {
    getSelection().selectAllChildren(at("code")); // without permission: marked, ready for Ctrl+C
    button.textContent = "已選取";
  }
  setTimeout(() => (button.textContent = "複製"), 2000);
}

at("who").append(...groups());
at("who-telegram").append(el("option", { value: SAME }, "同一位同仁"), ...groups());
const asked = new URL(location.href).searchParams;
if (people.has(asked.get("who"))) at("who").value = asked.get("who");
if (people.has(asked.get("telegram"))) at("who-telegram").value = asked.get("telegram");

for (const id of ["who", "who-telegram"]) at(id).addEventListener("change", sit);
for (const radio of document.querySelectorAll("input[name=target]")) radio.addEventListener("change", showPerson);
for (const [platform, phone] of Object.entries(phones)) phone.root.addEventListener("focusin", () => aim(platform));
at("steps").addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const phone = phones[target()];
  reveal(phone);
  button.disabled = true;
  await STEPS[button.dataset.step](phone, button.dataset.text);
  button.disabled = false;
  button.focus();
});
at("use-code").addEventListener("click", useCode);
at("copy").addEventListener("click", copyCode);
at("renew").addEventListener("click", renewCode);
at("clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  moveClock(at("clock-date").value);
});
at("clock-days").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) moveClock(button.dataset.date);
});

showLinks();
showClock(desk.clock);
showNote(desk.note);
if (desk.mailbox) openMailbox();
sit();
