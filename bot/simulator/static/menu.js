// LINE's rich menu: a picture below the chat whose areas act, and the bar that folds it away.
// https://developers.line.biz/en/reference/messaging-api/#rich-menu-structure

import { el } from "./dom.js";

export class RichMenu {
  /**
   * @param part `{richBar, rich}`: the bar and the place of the picture in page.html
   * @param act what a LINE action does when tapped
   */
  constructor({ richBar, rich }, act) {
    Object.assign(this, { bar: richBar, place: rich, act, shown: null });
    this.bar.addEventListener("click", () => this.fold(!this.place.hidden));
  }

  /** Shows `menu` (the state's; null takes it away). The same menu stays folded as the person left it. */
  show(menu) {
    const id = menu?.richMenuId ?? null;
    if (id === this.shown) return;
    this.shown = id;
    this.bar.hidden = id === null;
    this.place.replaceChildren(...(menu ? drawn(menu, this.act) : []));
    this.place.hidden = true;
    if (!menu) return;
    this.bar.firstElementChild.textContent = menu.chatBarText;
    this.place.style.aspectRatio = `${menu.size.width} / ${menu.size.height}`;
    this.fold(!menu.selected);
  }

  fold(away) {
    this.place.hidden = away;
    this.bar.setAttribute("aria-expanded", String(!away));
  }
}

function drawn({ picture, size, areas }, act) {
  const share = (part, whole) => `${(100 * part) / whole}%`;
  const taps = areas.map(({ bounds, action }) => {
    const tap = el("button", { type: "button", "aria-label": action.label ?? "", onclick: () => act(action) });
    Object.assign(tap.style, {
      left: share(bounds.x, size.width),
      top: share(bounds.y, size.height),
      width: share(bounds.width, size.width),
      height: share(bounds.height, size.height),
    });
    return tap;
  });
  return [el("img", { src: picture, alt: "", draggable: "false" }), ...taps];
}
