// Host of figure.js in a web page: native sliders, the scenes of a grid, the state in the URL. Until
// it stands, the still of still.py does, and it stays where the script fails.
(async () => {
  "use strict";
  const panel = document.getElementById("collapse-panel");
  try {
    await start(JSON.parse(document.getElementById("collapse-data").textContent));
  } catch (error) {
    console.error(error);
    stand(error);
  }

  async function start({ name, version, title, cursor, inputs, others, grid, zipped }) {
    const zip = Uint8Array.from(atob(zipped), (c) => c.charCodeAt(0));
    const inflated = new Blob([zip]).stream().pipeThrough(new DecompressionStream("gzip"));
    const scene = collapseGrid.open(grid, new Uint8Array(await new Response(inflated).arrayBuffer()));
    const renderer = typeof collapseDrawing === "undefined" ? globalThis.Plotly : collapseDrawing.Plotly;
    if (!renderer) throw new Error(missing());

    const at = inputs.map((input) => input.start); // where each slider stands
    const rows = inputs.map((input, i) => control(input, i, (stop) => {
      at[i] = stop;
      waiting ??= requestAnimationFrame(() => show()); // the newest, once a frame
    }));
    let waiting = null;
    const box = node("div", { className: "collapse-inputs" }, ...rows.map(({ row }) => row));
    const el = node("div", {});
    const still = panel.firstElementChild;
    const pictures = [...still.querySelectorAll("[data-view] > svg")];
    const stills = Object.fromEntries(pictures.map((svg) => [svg.parentElement.dataset.view, svg.cloneNode(true)]));
    panel.append(box, el);

    let written = location.hash;
    const first = read(written);
    const setting = () => inputs.reduce((index, { texts }, i) => index * texts.length + at[i], 0);
    const pixels = `read from the picture, to ${grid.pixels} of its pixels`;
    const here = own();
    const address = (state) => (here ? `${here}#${state}` : state);
    const base = { address, title, level: 2, digits: 2, precision: pixels, scene: Object.entries({ ...grid.plain, ...scene(setting()) }) };
    const figure = collapse.mount(el, renderer, { ...base, stills, cursor: { ...cursor, at: first.cursor } }, hear);
    still.remove();
    if (first.notice) show(first);
    addEventListener("hashchange", () => {
      if (location.hash === written) return;
      const { notice, cursor: generation } = read(location.hash);
      figure.look(generation);
      show({ notice });
    });

    function show({ notice = "" } = {}) {
      waiting = null;
      figure.apply({ ...scene(setting()), notice });
    }

    function hear({ readouts, state, pick }) {
      if (state) remember(state);
      for (const [key, value] of Object.entries(pick ?? {})) {
        const { notice } = read(`?${key}=${value}`);
        show({ notice });
      }
      if (readouts) rows.forEach(({ tell }, i) => tell(at[i], readouts[inputs[i].name]));
    }

    // ---- the address: what it asks for, as far as this page has it
    function read(hash) {
      const text = hash.replace(/^#/, "");
      const notices = [];
      const found = { cursor: cursor.at };
      const [query, ...head] = text.split("?").reverse();
      if (text.length > 2000) notices.push("The address is too long for a state of this figure: showing the start.");
      else if (head.length && !["", name].includes(head.join("?"))) {
        notices.push(`The address belongs to ${short(head.join("?"))}, not to ${name}: showing the start.`);
      } else if (text && !text.includes("=")) notices.push(`${short(text)} is no state of this figure: showing the start.`);
      else for (const [key, value] of new URLSearchParams(query)) take(key, value, found, notices);
      if (notices.length > 3) notices.splice(3, Infinity, `… and ${notices.length - 3} more of this kind.`);
      return { ...found, notice: notices.join("\n") };
    }

    function take(key, value, found, notices) {
      const i = inputs.findIndex((input) => input.name === key);
      const generation = /^\d+$/.test(value) ? Number(value) : NaN;
      if (key === "v" && i < 0) {
        if (value !== String(version)) notices.push(`The address was written by rules of version ${short(value)}, and this page knows version ${version}: it is read as well as can be.`);
      } else if (i >= 0) at[i] = nearest(inputs[i], value, notices);
      else if (key === cursor.name && generation >= cursor.low && generation <= cursor.high) found.cursor = generation;
      else if (new URLSearchParams(others.split("?")[1]).get(key) !== value) {
        notices.push(`This page cannot set ${short(key)} to ${short(value)}.`);
      }
    }

    function nearest(input, value, notices) {
      const exact = input.texts.indexOf(value);
      if (exact >= 0) return exact;
      const wanted = value.trim() ? Number(value) : NaN;
      const gaps = input.texts.map((stop) => Math.abs(Number(stop) - wanted));
      const best = gaps.some(Number.isFinite) ? gaps.indexOf(Math.min(...gaps)) : input.start;
      notices.push(`${input.name} = ${short(value)} is not among this page's stops: showing ${input.texts[best]}.`);
      return best;
    }

    function remember(state) {
      written = `#${state}`;
      if (!here) return;
      try {
        history.replaceState(null, "", written);
      } catch {
        location.replace(written); // some browsers refuse the first on file://
      }
    }
  }

  // The page's own address, or nothing where it has none: in a frame with srcdoc, in a blob or under
  // a <base>, "#…" belongs to another document, and to go there would lose this one.
  function own() {
    const [address, base] = [location.href, document.baseURI].map((text) => text.split("#")[0]);
    return address === base && /^(https?|file):$/.test(location.protocol) ? address : "";
  }

  // ---- one control: a slider, a list, or a value that cannot be moved
  function control({ name, label, help, kind, texts, labels, start }, i, move) {
    const id = `collapse-input-${i}`;
    const output = node("output", {});
    const name_ = node(texts.length > 1 ? "label" : "span", { htmlFor: id, className: "collapse-name", textContent: label });
    if (help) name_.title = help;
    const described = (input) => help && input.setAttribute("aria-description", help);
    if (texts.length === 1) {
      const tell = (stop, meaning) => (output.value = [labels[stop], meaning].filter(Boolean).join(" – "));
      return { row: node("div", { className: "collapse-input" }, name_, output), tell };
    }
    if (kind === "choice") {
      const list = node("select", { id }, ...labels.map((text, value) => node("option", { value, textContent: text })));
      list.dataset.name = name;
      described(list);
      list.addEventListener("input", () => move(list.selectedIndex));
      const tell = (stop) => (list.selectedIndex = stop);
      return { row: node("div", { className: "collapse-input collapse-choice" }, name_, list), tell };
    }
    const slider = node("input", { type: "range", id, min: 0, max: texts.length - 1, value: start });
    slider.dataset.collapse = "input";
    slider.dataset.name = name;
    described(slider);
    output.htmlFor.add(id);
    slider.addEventListener("input", () => move(Number(slider.value)));
    const tell = (stop, meaning) => {
      const text = [labels[stop], meaning].filter(Boolean).join(" – ");
      slider.value = stop;
      output.value = text;
      slider.setAttribute("aria-valuetext", text);
    };
    return { row: node("div", { className: "collapse-input" }, name_, slider, output), tell };
  }

  function node(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function short(text) {
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
  }

  // ---- when the figure cannot live: why, over the still
  function missing() {
    const src = document.querySelector("script[src]")?.getAttribute("src") ?? "";
    if (!src || src.includes("//")) return "plotly.js did not arrive";
    const framed = location.protocol === "file:" && parent !== window;
    const why = ", and in a sandboxed frame a browser reads no second file from a disk: a web server helps, or a page with plotly inside";
    return `${src}, which belongs beside this page, did not arrive${framed ? why : ""}`;
  }

  function stand(error) {
    const why = node("p", { className: "collapse-notice", textContent: `This figure cannot move here: ${error.message}.` });
    why.setAttribute("role", "alert");
    panel.replaceChildren(why, ...[...panel.children].filter((part) => part.className === "collapse-still"));
  }

  // ---- the page around this one, if there is one, may follow its height
  if (parent !== window) {
    const tell = () => parent.postMessage({ type: "collapse-height", height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
    new ResizeObserver(tell).observe(document.body);
  }
})();
