// `<event-timeline src="fan-out.json">`: the picture of `timeline.js` as an element of a page. `src` names the laid-out
// data, as `pictures` gives it; inside stands the static picture, which is all there is until then and without script.

import { render, still } from "./timeline.js";

class EventTimeline extends HTMLElement {
  async connectedCallback() {
    if (this.drawn) return;
    this.drawn = true;
    const answer = await fetch(this.getAttribute("src"));
    if (!answer.ok) return; // the static picture stays
    this.style.display = "block";
    render({ model: still(await answer.json()), el: this });
  }
}

customElements.define("event-timeline", EventTimeline);
