// `<event-timeline src="fan-out.json">`: the picture of `timeline.js` as a custom element. `src` names the data that
// `picture_data` laid out. The element contains the static picture, which is shown until the data is loaded: when a reader
// comes near, because a page of several pictures would otherwise draw all of them before it reacts.

const NEAR = "800px";
const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => target.draw()),
  { rootMargin: NEAR },
);

class EventTimeline extends HTMLElement {
  connectedCallback() {
    if (!this.drawn) near.observe(this);
  }

  async draw() {
    near.unobserve(this);
    if (this.drawn) return;
    this.drawn = true;
    const [{ render, still }, answer] = await Promise.all([import("./timeline.js"), fetch(this.getAttribute("src"))]);
    if (!answer.ok) return; // the static picture stays
    this.style.display = "block";
    render({ model: still(await answer.json()), el: this });
  }
}

customElements.define("event-timeline", EventTimeline);
