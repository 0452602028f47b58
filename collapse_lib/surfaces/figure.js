// The one front end. `collapse.mount(el, Plotly, base, send)` draws a scene into `el`, and owns
// the cursor: which generation is looked at. It imports nothing, since module files do not load
// from file://. Its hosts are widget.js (a notebook) and page.js (a web page).
//
//   base    {title, cursor: {name, label, low, high, at}, scene: {path: leaf}, buffer: DataView}
//   send    called with {readouts} at each drawing, with {state} when the hand rests, and with
//           {cursor} when the focus leaves
//   returns {apply, look, destroy}
const collapse = (() => {
  "use strict";

  // ---- numbers and sentences: the same rules as style.py --------------------------------

  const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);

  function significant(x, digits) {
    const [mantissa, power] = x.toExponential(digits - 1).split("e");
    const exponent = Number(power);
    if (exponent <= -4 || exponent >= 6) {
      return `${trim(mantissa)}·10${String(exponent).replace(/./g, (c) => SUPERSCRIPT[c])}`;
    }
    const figures = mantissa.replace(".", "");
    if (exponent < 0) return trim(`0.${"0".repeat(-exponent - 1)}${figures}`);
    const whole = figures.slice(0, exponent + 1).padEnd(exponent + 1, "0");
    return trim(`${whole}.${figures.slice(exponent + 1)}`);
  }

  function write(value, spec) {
    if (!spec) return String(value);
    const x = Number(value);
    if (Number.isNaN(x)) return "unknown";
    const sign = x < 0 ? "−" : "";
    if (!Number.isFinite(x)) return `${sign}∞`;
    if (spec.endsWith("d")) {
      const whole = String(Math.floor(Math.abs(x) + 0.5));
      return sign + (spec === "d" ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ","));
    }
    return x === 0 ? "0" : sign + significant(Math.abs(x), Number(spec[1]));
  }

  const fill = (template, fields) =>
    template.replace(/\{(\w+)(?::([^{}]*))?\}/g, (_, name, spec) => write(fields[name], spec));

  // a screen reader says "2 times 10 to the minus 43"
  const spoken = (text) =>
    text.replace(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power) => {
      const plain = Object.entries(SUPERSCRIPT).reduce((t, [c, s]) => t.replaceAll(s, c), power);
      return ` times 10 to the ${plain.replace("-", "minus ")}`;
    });

  // ---- leaves: the same two operations as figures.py ------------------------------------

  function decode(note, buffer) {
    if (!note || typeof note !== "object" || !("op" in note)) return note;
    return {
      ...note,
      values: array(note, buffer),
      along: note.along && array(note.along, buffer),
    };
  }

  function array({ at, shape, bytes }, buffer) {
    const size = shape.reduce((a, b) => a * b, 1) * bytes;
    const start = buffer.byteOffset + at;
    const copy = buffer.buffer.slice(start, start + size); // a view might not be aligned
    return bytes === 8 ? new Float64Array(copy) : new Float32Array(copy);
  }

  function resolve(leaf, cursor) {
    if (!leaf || typeof leaf !== "object" || !("op" in leaf)) return leaf;
    if (leaf.op === "upto") return upto(leaf, cursor);
    return leaf.op === "at" ? row(leaf, cursor) : leaf.values;
  }

  function upto({ values, shape: [lines, width], loop }, cursor) {
    if (!lines) return new Float32Array(0);
    const length = cursor + 1;
    if (loop) {
      const there = values.subarray(0, length);
      const back = values.slice(width, width + length).reverse();
      const outline = new Float32Array(2 * length);
      outline.set(there);
      outline.set(back, length);
      return outline;
    }
    const joined = new Float32Array(lines * (length + 1) - 1).fill(NaN);
    for (let i = 0; i < lines; i++) {
      joined.set(values.subarray(i * width, i * width + length), i * (length + 1));
    }
    return joined;
  }

  function row({ values, shape, along }, cursor) {
    if (shape.length === 1) return values.length ? values[cursor] : NaN;
    const numbers = values.subarray(cursor * shape[1], (cursor + 1) * shape[1]);
    return along ? Float64Array.from(along, (z) => numbers[0] + numbers[1] * z) : [...numbers];
  }

  const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

  function same(one, other) {
    if (!isArray(one) || !isArray(other)) return Object.is(one, other);
    if (one.length !== other.length) return false;
    for (let i = 0; i < one.length; i++) if (!Object.is(one[i], other[i])) return false;
    return true;
  }

  // ---- one plot --------------------------------------------------------------------------

  // Holds a view's leaves by path, and gives plotly only what has changed.
  class Plot {
    constructor(Plotly, div) {
      Object.assign(this, { Plotly, div, leaves: new Map(), drawn: new Map() });
    }

    set(path, leaf) {
      this.leaves.set(path, leaf);
    }

    draw(cursor) {
      return this.drawn.size ? this.update(cursor) : this.first(cursor);
    }

    first(cursor) {
      const figure = {};
      for (const [path, leaf] of this.leaves) {
        const value = resolve(leaf, cursor);
        this.drawn.set(path, value);
        plant(figure, path.split("/"), value);
      }
      const { data, layout } = figure;
      Object.assign(layout, { showlegend: false, autosize: true });
      const config = { displayModeBar: false, displaylogo: false, doubleClick: false };
      return this.Plotly.newPlot(this.div, data, layout, config);
    }

    update(cursor) {
      const traces = new Map();
      const layout = {};
      for (const [path, leaf] of this.leaves) {
        const value = resolve(leaf, cursor);
        if (same(value, this.drawn.get(path))) continue;
        this.drawn.set(path, value);
        const [part, ...keys] = path.split("/");
        if (part === "layout") layout[keys.join(".")] = value;
        else traces.set(keys[0], { ...traces.get(keys[0]), [keys.slice(1).join(".")]: value });
      }
      const indices = [...traces.keys()].map(Number);
      const names = new Set([...traces.values()].flatMap(Object.keys));
      const data = {}; // one array per attribute; undefined leaves a trace as it is
      for (const name of names) data[name] = [...traces.values()].map((trace) => trace[name]);
      if (indices.length && Object.keys(layout).length) {
        return this.Plotly.update(this.div, data, layout, indices);
      }
      if (indices.length) return this.Plotly.restyle(this.div, data, indices);
      return Object.keys(layout).length ? this.Plotly.relayout(this.div, layout) : undefined;
    }
  }

  function plant(tree, [key, ...rest], value) {
    if (!rest.length) {
      tree[key] = value;
      return;
    }
    tree[key] ??= /^\d+$/.test(rest[0]) ? [] : {};
    plant(tree[key], rest, value);
  }

  // ---- small pieces of page ---------------------------------------------------------------

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function swatch(trace) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [k, v] of Object.entries({ width: 28, height: 12, "aria-hidden": "true" })) svg.setAttribute(k, v);
    const { color, width = 2, dash } = trace.line ?? {};
    const dashes = { dash: "7 4", dot: "2 3", dashdot: "7 3 2 3" }[dash] ?? "";
    if (trace.fillcolor) svg.append(shape("rect", { width: 28, height: 12, fill: trace.fillcolor }));
    if (trace.type === "bar") {
      svg.append(shape("rect", { width: 28, height: 12, fill: trace.marker.color }));
    } else if (trace.mode === "markers") {
      svg.append(shape("path", { d: "M10 2l8 8m0-8l-8 8", stroke: trace.marker.color, "stroke-width": 3 }));
    } else if (width) {
      svg.append(shape("path", { d: "M0 6H28", stroke: color, "stroke-width": width, "stroke-dasharray": dashes }));
    }
    return svg;
  }

  function shape(tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  let mounted = 0; // for ids that are unique in the page

  // ---- the whole figure -------------------------------------------------------------------

  function mount(el, Plotly, base, send = () => {}) {
    const id = `collapse-${++mounted}`;
    const { low, high, label, name } = base.cursor;
    const original = new Map(
      Object.entries(base.scene).map(([path, note]) => [path, decode(note, base.buffer)]),
    );
    const leaves = new Map(original);
    const changed = new Set();
    let cursor = base.cursor.at;
    let timer = null;

    // -- the cursor's row
    // JupyterLab would take the arrow keys for itself
    const keys = { "data-lm-suppress-shortcuts": "true" };
    const range = element("input", { type: "range", id: `${id}-cursor`, min: low, max: high, value: cursor, "data-collapse": "cursor", ...keys });
    const shown = element("output", { for: `${id}-cursor`, class: "collapse-at" });
    const button = (text, hint, hook) => element("button", { type: "button", "aria-label": hint, title: hint, "data-collapse": hook }, text);
    const play = button("▶ Play", "Play", "play");
    const back = button("−", "One generation back", "back");
    const on = button("+", "One generation on", "on");
    const controls = element("div", { class: "collapse-cursor" },
      element("label", { for: `${id}-cursor` }, label), range, shown, back, on, play);

    // -- the views, each with a heading, a plot and a legend
    const names = [...new Set([...leaves.keys()].filter((path) => path.startsWith("views/")).map((path) => path.split("/")[1]))];
    const plots = new Map();
    const legends = new Map();
    const row = element("div", { class: "collapse-views" });
    for (const view of names) {
      const title = leaves.get(`views/${view}/layout/meta/title`);
      const div = element("div", { class: "collapse-plot", role: "img", "aria-label": title, "aria-describedby": `${id}-sentence`, "data-collapse": "view", "data-view": view });
      const legend = element("ul", { class: "collapse-legend", "aria-hidden": "true" });
      row.append(element("section", {}, element("h4", {}, title), div, legend));
      plots.set(view, new Plot(Plotly, div));
      legends.set(view, legend);
    }

    // -- the words
    const notice = element("p", { class: "collapse-notice", role: "alert", "data-collapse": "notice", hidden: "" });
    const sentence = element("p", { id: `${id}-sentence`, class: "collapse-sentence", "data-collapse": "sentence" });
    const status = element("p", { class: "collapse-unseen", role: "status" });
    const state = element("code", { "data-collapse": "state" });
    const copy = element("button", { type: "button", "data-collapse": "copy" }, "Copy");
    const table = element("table");
    const details = element("details", { "data-collapse": "table" },
      element("summary", {}, "Show the numbers"), element("div", { class: "collapse-scroll", tabindex: 0, role: "region", "aria-label": "The numbers", ...keys }, table));
    const root = element("div", { class: "collapse-figure", role: "group", "aria-label": base.title, "data-collapse": "figure" },
      notice, controls, sentence, row, status,
      element("div", { class: "collapse-state" }, state, copy), details);
    el.replaceChildren(root);

    // -- drawing: one view a frame, and always the newest
    let painting = false;
    let waiting = false;

    function paint() {
      waiting = painting;
      if (painting) return;
      painting = true;
      for (const path of changed) {
        const [part, view, ...rest] = path.split("/");
        if (part === "views") plots.get(view).set(rest.join("/"), leaves.get(path));
      }
      changed.clear();
      words();
      draw(names);
    }

    async function draw([view, ...rest]) {
      try {
        await plots.get(view).draw(cursor);
        legend(view);
      } catch (error) {
        complain(`The figure could not be drawn: ${error.message}`);
      }
      requestAnimationFrame(() => {
        if (rest.length) return draw(rest);
        painting = false;
        if (waiting) paint();
      });
    }

    function words() {
      const fields = {};
      const readouts = {};
      for (const [path, leaf] of leaves) {
        if (path.startsWith("fields/")) fields[path.slice(7)] = resolve(leaf, cursor);
        if (path.startsWith("readouts/")) readouts[path.slice(9)] = leaf;
      }
      fields[name] = cursor;
      shown.value = `${cursor} of ${high}`;
      range.value = cursor;
      range.setAttribute("aria-valuetext", `${label} ${cursor} of ${high}`);
      sentence.textContent = fill(leaves.get("sentence"), fields);
      state.textContent = `${leaves.get("state")}&${name}=${cursor}`;
      complain(leaves.get("notice"));
      send({ readouts });
      settle();
    }

    // what may wait until the hand rests: the screen reader, the address bar, the table
    let settling = null;
    function settle() {
      if (timer !== null) return;
      clearTimeout(settling);
      settling = setTimeout(() => {
        status.textContent = spoken(sentence.textContent);
        send({ state: state.textContent });
        if (details.open) tabulate();
      }, 400);
    }

    function complain(text) {
      if (notice.textContent !== text) notice.textContent = text;
      notice.hidden = !text;
    }

    function legend(view) {
      const { drawn, div } = plots.get(view);
      const list = legends.get(view);
      const there = div.data.map((trace, i) => isArray(drawn.get(`data/${i}/x`)) && drawn.get(`data/${i}/x`).some((x) => !Number.isNaN(x)));
      const key = div.data.map((trace, i) => (there[i] ? trace.name : "")).join("|");
      if (list.dataset.key === key) return;
      list.dataset.key = key;
      list.replaceChildren(...div.data.filter((_, i) => there[i]).map((trace) => element("li", {}, swatch(trace), trace.name)));
    }

    function tabulate() {
      const columns = [["generation", null]];
      for (const view of names) {
        const { div } = plots.get(view);
        const unlog = leaves.get(`views/${view}/layout/meta/table`) === "log10";
        div.data.forEach((trace, i) => (trace.meta?.columns ?? []).forEach((title, line) => {
          const { values, shape: [lines, width] } = leaves.get(`views/${view}/data/${i}/y`);
          if (line < lines) columns.push([title, (t) => (unlog ? 10 ** values[line * width + t] : values[line * width + t])]);
        }));
      }
      const head = element("tr", {}, ...columns.map(([title]) => element("th", { scope: "col" }, title)));
      const rows = [];
      for (let t = 0; t <= cursor; t++) {
        rows.push(element("tr", {}, element("th", { scope: "row" }, String(t)),
          ...columns.slice(1).map(([, value]) => element("td", {}, write(value(t), ".3g")))));
      }
      table.replaceChildren(element("caption", {}, `${base.title}, up to the generation looked at`), element("thead", {}, head), element("tbody", {}, ...rows));
    }

    // -- moving the cursor
    function look(generation) {
      const next = Math.min(high, Math.max(low, Math.round(generation)));
      if (next === cursor) return;
      cursor = next;
      paint();
    }

    function stop() {
      cancelAnimationFrame(timer);
      timer = null;
      play.textContent = "▶ Play";
      play.setAttribute("aria-label", "Play");
      settle();
    }

    function start() {
      if (cursor >= high) look(low);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const [pause, stride] = calm ? [1000, Math.ceil((high - low) / 10)] : [50, 1];
      let last = performance.now();
      play.textContent = "❚❚ Pause";
      play.setAttribute("aria-label", "Pause");
      const tick = (now) => {
        if (now - last >= pause - 4) {
          last = now;
          look(cursor + stride);
        }
        if (cursor >= high) stop();
        else timer = requestAnimationFrame(tick);
      };
      timer = requestAnimationFrame(tick);
    }

    const listen = new AbortController();
    const when = (target, type, handler) => target.addEventListener(type, handler, { signal: listen.signal });
    when(range, "input", () => look(Number(range.value)));
    when(back, "click", () => look(cursor - 1));
    when(on, "click", () => look(cursor + 1));
    when(play, "click", () => (timer === null ? start() : stop()));
    when(copy, "click", () => clip(state).then(() => {
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    }));
    when(details, "toggle", () => details.open && tabulate());
    when(root, "focusout", (event) => root.contains(event.relatedTarget) || send({ cursor }));

    let width = 0;
    const resize = new ResizeObserver(() => {
      if (row.clientWidth === width || !row.clientWidth) return;
      width = row.clientWidth;
      for (const { div, drawn } of plots.values()) if (drawn.size) Plotly.Plots.resize(div);
    });

    for (const path of leaves.keys()) changed.add(path);
    paint();
    resize.observe(row);

    return {
      // a patch is what differs from the base: a path that it does not name is as it was there
      apply(patch, buffer) {
        for (const [path, leaf] of leaves) {
          if (!(path in patch) && leaf !== original.get(path)) {
            leaves.set(path, original.get(path));
            changed.add(path);
          }
        }
        for (const [path, note] of Object.entries(patch)) {
          leaves.set(path, decode(note, buffer));
          changed.add(path);
        }
        paint();
      },
      look,
      destroy() {
        listen.abort();
        resize.disconnect();
        cancelAnimationFrame(timer);
        clearTimeout(settling);
        for (const { div } of plots.values()) Plotly.purge(div);
        el.replaceChildren();
      },
    };
  }

  async function clip(node) {
    try {
      await navigator.clipboard.writeText(node.textContent);
    } catch {
      // not allowed here: leave the text selected, so that Ctrl+C works
      getSelection().selectAllChildren(node);
    }
  }

  return { mount, write, fill, spoken, decode, resolve };
})();
