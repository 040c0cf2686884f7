// The mailbox below the phones: the letters on the left, the chosen one beside them.

import { clock24, dayOf, el, linkified } from "./dom.js";
import { follow } from "./wire.js";

const at = (id) => document.getElementById(id);
const letters = new Map();
let chosen = null;
let newest = null;
let opened = false; // all letters that there were have come

/** Shows the mailbox and follows it. A stream that was cut sends everything again: letters go by their id. */
export function openMailbox() {
  at("mail").hidden = at("mail-link").hidden = false;
  at("letters").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) read(letters.get(Number(button.dataset.id)));
  });
  for (const radio of document.querySelectorAll("input[name=letter-form]")) radio.addEventListener("change", showForm);
  follow("/demo/mail/stream", { letter: put, ready });
}

function ready() {
  opened = true;
  if (!chosen && newest) read(newest);
}

function put(letter) {
  if (letters.has(letter.id)) return;
  letters.set(letter.id, letter);
  const when = new Date(letter.at);
  const button = el(
    "button",
    { type: "button", "data-id": letter.id, "aria-pressed": "false" },
    el("span", { class: "letter-to" }, letter.to.replace(/ <.*>$/, "")),
    el("span", { class: "letter-at" }, `${dayOf(when)} ${clock24(when)}`),
    el("span", { class: "letter-subject" }, letter.subject),
  );
  at("letters").prepend(el("li", {}, button));
  at("mail-count").textContent = letters.size;
  at("mail-empty").hidden = true;
  at("mail-body").hidden = false;
  newest = letter;
  if (opened && !chosen) read(letter);
}

function read(letter) {
  chosen = letter;
  for (const button of at("letters").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.id) === letter.id));
  }
  const when = new Date(letter.at);
  at("letter-subject").textContent = letter.subject;
  const meta = [`收件　${letter.to}`, `寄件　${letter.from}`, `${dayOf(when)} ${clock24(when)}`];
  at("letter-meta").replaceChildren(...meta.map((one) => el("span", {}, one)));
  at("letter-files").hidden = letter.files.length === 0;
  at("letter-files").textContent = `附件　${letter.files.join("、")}`;
  at("letter-form").hidden = !letter.html;
  at("letter-text").replaceChildren(...linkified(letter.text));
  if (letter.html) at("letter-html").src = `/demo/mail/${letter.id}`;
  showForm();
}

function showForm() {
  const rendered = chosen?.html && document.querySelector("input[name=letter-form]:checked").value === "html";
  at("letter-html").hidden = !rendered;
  at("letter-text").hidden = rendered;
}
