// `<event-timeline>`: the picture of `timeline.js` on a page of one's own. Inside it stand the static picture, which is
// shown until then and wherever there is no script, and the laid-out data: in a `<script type="application/json">`, or
// in a file that `src` names.

import { render } from "./timeline.js";

const still = (picture) => ({ get: () => picture, set() {}, save_changes() {}, on() {}, off() {} });

class EventTimeline extends HTMLElement {
  async connectedCallback() {
    if (this.drawn) return;
    this.drawn = true;
    const inline = this.querySelector('script[type="application/json"]');
    const picture = inline ? JSON.parse(inline.textContent) : await (await fetch(this.getAttribute("src"))).json();
    this.replaceChildren();
    this.style.display = "block";
    this.close = render({ model: still(picture), el: this });
  }
}

customElements.define("event-timeline", EventTimeline);
