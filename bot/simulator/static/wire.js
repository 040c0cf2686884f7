// Speaking with the demo server: one stream down per phone, small POSTs up.

/** A refusal in words that a person can read (the server's own sentence where it gave one). */
export class Refused extends Error {}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? "示範伺服器沒有正確回應，請稍後再試。");
  return body;
}

const lost = () => {
  throw new Refused("連不上示範伺服器，請確認 make demo 仍在執行。");
};

export const get = (path) => fetch(path).then(answer, lost);

export const post = (path, body) =>
  fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then(answer, lost);

/**
 * Follows one chat. The stream sends the whole transcript and then what changes; after a break the browser
 * asks again and gets the whole once more, so entries are taken by id. A hidden page lets its streams go:
 * a browser keeps only six connections to one host.
 *
 * @param handlers `{state(state), entry(entry), ready()}`
 * @returns a function that ends it
 */
export function follow(path, handlers) {
  let source = null;
  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource(path);
    for (const [name, handler] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
    }
  };
  const leave = () => {
    source?.close();
    source = null;
  };
  const turn = () => (document.hidden ? leave() : listen());
  document.addEventListener("visibilitychange", turn);
  listen();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    leave();
  };
}
