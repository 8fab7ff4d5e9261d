// `<event-timeline src="fan-out.json">`: the picture of `timeline.js` as a custom element. `src` names the data that
// `picture_data` laid out. The element contains the static picture, which is shown until the data is loaded.

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
