// Host of figure.js in a web page: native sliders, the scenes of a grid, the state in the URL.
(async () => {
  "use strict";
  const { base, inputs, settings, zipped } = JSON.parse(document.getElementById("collapse-data").textContent);
  const bytes = Uint8Array.from(atob(zipped), (c) => c.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = new DataView(await new Response(inflated).arrayBuffer());
  const at = inputs.map(({ start }) => start); // where each slider stands

  // ---- the address: read once, written when the hand rests
  const notices = [];
  const own = new URLSearchParams(base.scene.state.split("?")[1]);
  const asked = new URLSearchParams(location.hash.slice(1).split("?").pop());
  let cursor = base.cursor.at;
  for (const [key, text] of asked) {
    const i = inputs.findIndex(({ name }) => name === key);
    if (i >= 0) at[i] = nearest(inputs[i], text);
    else if (key === base.cursor.name && text >= base.cursor.low && text <= base.cursor.high) cursor = Math.round(text);
    else if (own.get(key) !== text) notices.push(`This page cannot set ${key} to ${text}.`);
  }

  function nearest({ name, texts }, text) {
    const exact = texts.indexOf(text);
    if (exact >= 0) return exact;
    const distance = (stop) => Math.abs(Number(stop) - Number(text));
    const best = texts.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    notices.push(`${name} = ${text} is not among this page's stops: showing ${best}.`);
    return texts.indexOf(best);
  }

  function remember(state) {
    try {
      history.replaceState(null, "", `#${state}`);
    } catch {
      location.replace(`#${state}`); // some browsers refuse the first on file://
    }
  }

  // ---- sliders around the figure
  const panel = document.getElementById("collapse-panel");
  const box = document.createElement("div");
  box.className = "collapse-inputs";
  const rows = inputs.map((input, i) => {
    const id = `collapse-input-${i}`;
    const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: input.label });
    const slider = Object.assign(document.createElement("input"), { type: "range", id, min: 0, max: input.texts.length - 1, value: at[i] });
    const output = document.createElement("output");
    slider.dataset.collapse = "input";
    slider.dataset.name = input.name;
    output.htmlFor.add(id);
    slider.addEventListener("input", () => {
      at[i] = Number(slider.value);
      show();
    });
    const row = document.createElement("div");
    row.className = "collapse-input";
    row.append(label, slider, output);
    box.append(row);
    return { slider, output };
  });
  const el = document.createElement("div");
  panel.append(box, el);

  function hear({ readouts, state }) {
    if (state) remember(state);
    if (!readouts) return;
    inputs.forEach(({ name, labels }, i) => {
      const text = [labels[at[i]], readouts[name]].filter(Boolean).join(" – ");
      rows[i].output.value = text;
      rows[i].slider.setAttribute("aria-valuetext", text);
    });
  }

  const setting = () => settings[inputs.reduce((index, { texts }, i) => index * texts.length + at[i], 0)];
  const figure = collapse.mount(el, Plotly, { ...base, buffer, cursor: { ...base.cursor, at: cursor } }, hear);
  const show = (words = {}) => figure.apply({ ...setting(), ...words }, buffer);
  show(notices.length ? { notice: notices.join("\n") } : {});
})();
