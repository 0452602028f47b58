// Host of figure.js in a notebook: plotly.js and figure.js stand on the page's shelf, whatever the
// number of figures.
const figures = (globalThis[Symbol.for("collapse_lib.figures")] ??= new Set());

// ipywidgets does not name the handles of its sliders: a screen reader hears only a number
function dress(panel, readouts) {
  set(panel, "data-collapse", "panel");
  for (const [name, text] of Object.entries(readouts)) {
    const slider = panel.querySelector(`.collapse-input-${name}`);
    const meaning = slider?.querySelector(".collapse-meaning") ?? document.createElement("span");
    if (!slider || meaning.textContent === text) continue;
    meaning.className = "collapse-meaning";
    meaning.textContent = text;
    slider.append(meaning);
  }
  for (const slider of panel.querySelectorAll(".widget-hslider")) {
    const handle = slider.querySelector("[role=slider]");
    const label = slider.querySelector(".widget-label")?.textContent;
    const parts = slider.querySelectorAll(".widget-readout, .collapse-meaning");
    const text = [...parts].map((part) => part.textContent).join(", ");
    if (handle && label) set(handle, "aria-label", label);
    if (handle && text) set(handle, "aria-valuetext", text);
    const readout = slider.querySelector(".widget-readout"); // typing there would do nothing
    if (readout) set(readout, "contenteditable", "false");
    if (readout) set(readout, "tabindex", "-1");
  }
  for (const toggle of panel.querySelectorAll(".widget-toggle-button")) {
    set(toggle, "aria-pressed", String(toggle.classList.contains("mod-active")));
  }
  set(panel, "data-lm-suppress-shortcuts", "true"); // JupyterLab would take the arrow keys for itself
}

function set(node, attribute, value) {
  if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

export default {
  initialize({ model }) {
    library(model).catch(() => {}); // render will complain
    return () => ["base", "patch"].forEach((big) => model.set(big, null)); // a page may keep closed models
  },

  async render({ model, el }) {
    const { Plotly, collapse } = await library(model);
    const base = model.get("base");
    const cursor = { ...base.cursor, at: model.get("cursor") };
    let panel = null;
    let readouts = {};
    const mine = { word: () => model.get("together") };
    const rest = (at) => {
      if (at === model.get("cursor")) return;
      model.set("cursor", at);
      model.save_changes();
    };
    const tidy = () => panel && dress(panel, readouts);

    const figure = collapse.mount(el, Plotly, { ...base, cursor }, (message) => {
      if (message.readouts) {
        readouts = message.readouts;
        tidy();
        const word = model.get("together"); // figures that share a cursor look where this one does
        for (const other of word ? figures : []) if (other !== mine && other.word() === word) other.look(message.at);
      } else if (message.state) {
        if (model.get("watched")) rest(message.at);
      } else if (message.pick) {
        model.send(message);
      } else if ("cursor" in message) {
        rest(message.cursor);
      }
    });
    mine.look = figure.look;
    figures.add(mine);
    const patch = () => model.get("patch") && figure.apply(model.get("patch").scene, model.get("patch").buffer);
    const look = () => figure.look(model.get("cursor"));
    patch();
    model.on("change:patch", patch);
    model.on("change:cursor", look);

    // the panel around it is there once the figure has a size
    const watch = new MutationObserver(tidy);
    const attached = new ResizeObserver(() => {
      if (panel) return;
      panel = el.closest(".collapse-panel");
      const inputs = panel?.querySelector(".collapse-inputs");
      if (!inputs) return;
      tidy();
      watch.observe(inputs, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
    });
    attached.observe(el);
    return () => {
      attached.disconnect();
      watch.disconnect();
      figures.delete(mine);
      figure.destroy();
    };
  },
};
