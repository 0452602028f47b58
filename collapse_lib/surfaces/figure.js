// The one front end. `collapse.mount(el, Plotly, base, send)` draws a scene into `el`, and owns
// the cursor: which generation is looked at. It imports nothing, since module files do not load
// from file://. Its hosts are widget.js (a notebook) and page.js (a web page).
//
//   Plotly  plotly.js, or drawing.js, which has the six of its calls that are made here
//   base    {title, cursor: {name, label, low, high, at}, scene: [[path, leaf], …], buffer: DataView}
//           and, in a page, {level: of headings, digits, precision: of the table's numbers,
//           stills: {view: what stands in its place until it is drawn}, address: what
//           to copy for a state}
//   send    called with {readouts} at each drawing, with {state} when the hand rests, with {pick}
//           when somebody clicks a line that stands for a value of an input, and with
//           {cursor} when the focus leaves
//   returns {apply, look, tell, destroy}
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
    template.replace(/\{([\w.]+)(?::([^{}]*))?\}/g, (_, name, spec) => write(fields[name], spec));

  // a screen reader says "2 times 10 to the minus 43"
  const spoken = (text, say = (english) => english) =>
    text.replace(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power) => {
      const plain = Object.entries(SUPERSCRIPT).reduce((t, [c, s]) => t.replaceAll(s, c), power);
      return ` ${say("times 10 to the")} ${plain.replace("-", `${say("minus")} `)}`;
    });

  // ---- leaves: the same two operations as figures.py ------------------------------------

  function decode(note, buffer) {
    if (!note || typeof note !== "object" || !("op" in note) || note.op === "panes" || note.values) return note;
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
    if (leaf.op === "panes") return panes(leaf, cursor);
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

  // a pane opens once the one before it is full, and then holds the newest text up to its own
  function panes({ texts, stops }, cursor) {
    return stops.map((stop, i) => {
      if (i && cursor <= stops[i - 1]) return { generation: stop, now: false, note: "", gone: 0, spans: [] };
      const generation = Math.min(stop, cursor);
      const [note, spans] = texts[generation];
      const shown = spans.map(([text, mark, gone]) => [text, mark, gone.includes(cursor)]);
      const lost = shown.filter(([, , gone]) => gone).map(([text]) => text.trim().split(/\s+/).length);
      return { generation, now: generation === cursor, note, gone: lost.reduce((a, b) => a + b, 0), spans: shown };
    });
  }

  /** @returns {boolean} */
  const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

  /** @param {any} one @param {any} other */
  function same(one, other) {
    if (!isArray(one) || !isArray(other)) return Object.is(one, other);
    if (one.length !== other.length) return false;
    for (let i = 0; i < one.length; i++) if (!Object.is(one[i], other[i])) return false;
    return true;
  }

  // ---- one plot --------------------------------------------------------------------------

  // Holds a view's leaves by path, and gives plotly only what has changed.
  class Plot {
    /** @type {any} */ Plotly;
    /** @type {any} */ div;
    /** @type {Map<string, any>} */ leaves;
    /** @type {Map<string, any>} */ drawn;
    /** @type {Map<string, any>} */ spelt;
    /** @type {number} */ digits;

    constructor(Plotly, div, digits) {
      Object.assign(this, { Plotly, div, digits, leaves: new Map(), drawn: new Map(), spelt: new Map() });
    }

    set(path, leaf) {
      this.leaves.set(path, leaf);
    }

    draw(cursor) {
      this.spell();
      return this.drawn.size ? this.update(cursor) : this.first(cursor);
    }

    // on an axis of exponents the pointer is told the numbers, written once for all generations
    spell() {
      for (const [path, leaf] of this.leaves) {
        if (!path.endsWith("/hovertemplate") || !leaf.includes("%{customdata}")) continue;
        const curve = path.slice(0, path.lastIndexOf("/"));
        const { values } = this.leaves.get(`${curve}/y`);
        if (this.spelt.get(curve) === values) continue;
        this.spelt.set(curve, values);
        this.leaves.set(`${curve}/customdata`, Array.from(values, (y) => write(10 ** y, `.${this.digits}g`)));
      }
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
      if (!this.Plotly.adopts) this.div.replaceChildren();
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

    // what the legend lists: the traces of which anything can be seen
    entries() {
      const drawn = (i) => this.drawn.get(`data/${i}/x`);
      const there = (i) => isArray(drawn(i)) && drawn(i).some((x) => !Number.isNaN(x));
      return this.div.data.filter((trace, i) => trace.showlegend !== false && there(i)).map((trace) => [trace.name, () => swatch(trace)]);
    }

    // the table's columns: a title, and a number for each generation
    columns() {
      const unlog = this.leaves.get("layout/meta/table") === "log10";
      return this.div.data.flatMap((trace, i) => (trace.meta?.columns ?? []).flatMap((title, line) => {
        const { values, shape: [lines, width] } = this.leaves.get(`data/${i}/y`);
        const value = (t) => (unlog ? 10 ** values[line * width + t] : values[line * width + t]);
        return line < lines ? [[title, value]] : [];
      }));
    }

    // the line under the pointer, of a crowd that names the input it picks: {input: 1, 2, …}
    under({ clientX, clientY }, cursor) {
      const crowd = this.div.data?.findIndex((trace) => trace.meta?.pick) ?? -1;
      if (crowd < 0) return null;
      const { xaxis, yaxis } = this.div._fullLayout;
      const box = this.div.querySelector(".nsewdrag").getBoundingClientRect();
      const x = Math.min(cursor, Math.max(0, xaxis.p2l(clientX - box.left)));
      const [left, right] = [Math.floor(x), Math.ceil(x)];
      const { values, shape: [lines, width] } = this.leaves.get(`data/${crowd}/y`);
      const height = (i) => values[i * width + left] * (1 - x + left) + values[i * width + right] * (x - left);
      const gaps = Array.from({ length: lines }, (_, i) => Math.abs(yaxis.l2p(height(i)) - clientY + box.top));
      const least = Math.min(...gaps);
      return least < 24 ? { [this.div.data[crowd].meta.pick]: gaps.indexOf(least) + 1 } : null;
    }

    resize() {
      if (this.drawn.size) this.Plotly.Plots.resize(this.div);
    }

    destroy() {
      this.Plotly.purge(this.div);
    }
  }

  // ---- texts side by side ------------------------------------------------------------------

  // A view without plotly. All text goes through the page's own text nodes: it is data.
  class Prose {
    /** @type {HTMLElement} */ div;
    /** @type {(english: string) => string} */ say;
    /** @type {Map<string, any>} */ leaves;
    /** @type {string} */ shown;

    constructor(div, say) {
      Object.assign(this, { div, say, leaves: new Map(), shown: "" });
    }

    set(path, leaf) {
      this.leaves.set(path, leaf);
    }

    draw(cursor) {
      const now = resolve(this.leaves.get("prose"), cursor);
      const key = JSON.stringify([now, this.leaves.get("unit"), this.say("of these words lost since")]);
      if (key === this.shown) return;
      this.shown = key;
      this.div.style.setProperty("--panes", now.length);
      this.div.replaceChildren(...now.map((one) => pane(one, this.leaves.get("unit"), this.say)));
    }

    entries() {
      const seen = new Set(JSON.parse(this.shown)[0].flatMap(({ spans }) => spans.flatMap(([, mark, gone]) => [mark, gone && "gone"])));
      const marks = [...this.leaves].filter(([path]) => path.startsWith("marks/") && seen.has(path.slice(6)));
      return marks.map(([path, text]) => [text, () => element("span", { class: `collapse-${path.slice(6)}` }, "word")]);
    }

    columns() {
      return [];
    }

    resize() {}

    destroy() {}
  }

  function pane({ generation, now, note, gone, spans }, unit, say) {
    const title = `${unit} ${generation}`;
    if (!spans.length) return element("div", { class: "collapse-closed" }, element("b", { class: "collapse-stop" }, title));
    const lost = gone ? `${gone} ${say("of these words lost since")}` : "";
    const notes = [note, lost].filter(Boolean).join(", ");
    const words = spans.map(([text, mark, struck]) => {
      const [, gap, word] = text.match(/^(\s*)([^]*)$/); // a line through a gap looks like a word
      const kinds = [mark && `collapse-${mark}`, struck && "collapse-gone"].filter(Boolean);
      return kinds.length ? [gap, element("span", { class: kinds.join(" ") }, word)] : [text];
    });
    return element("div", { role: "group", "aria-label": [title, notes].filter(Boolean).join(": "), ...(now && { class: "collapse-now" }) },
      element("b", { class: "collapse-stop" }, title), element("p", { dir: "auto" }, ...words.flat()),
      element("p", { class: "collapse-note", "aria-hidden": "true" }, notes));
  }

  /** @param {any} tree @param {string[]} path @param {any} value */
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

  const HATCHES = {
    "/": "M-2 12L10 0M6 12L18 0M14 12L26 0M22 12L34 0",
    x: "M-2 12L10 0M6 12L18 0M14 12L26 0M22 12L34 0M-2 0L10 12M6 0L18 12M14 0L26 12M22 0L34 12",
    ".": "M3 4h2m6 0h2m6 0h2m6 0h2M-1 9h2m6 0h2m6 0h2m6 0h2",
  };

  function swatch(trace) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [k, v] of Object.entries({ width: 28, height: 12, "aria-hidden": "true" })) svg.setAttribute(k, String(v));
    const { color = trace.marker?.color, width = 2, dash } = trace.line ?? {};
    const dashes = { dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "10 8" }[dash] ?? "";
    if (trace.fillcolor) svg.append(shape("rect", { width: 28, height: 12, fill: trace.fillcolor }));
    if (trace.type === "bar") {
      svg.append(shape("rect", { width: 28, height: 12, fill: trace.marker.color }));
      const hatch = HATCHES[trace.marker.pattern?.shape];
      if (hatch) svg.append(shape("path", { d: hatch, fill: "none", stroke: trace.marker.pattern.fgcolor, "stroke-width": 2 }));
    } else if (trace.mode === "markers") {
      const spot = trace.marker.symbol === "x" ? ["path", { d: "M10 2l8 8m0-8l-8 8", stroke: trace.marker.color, "stroke-width": 3 }] : ["circle", { cx: 14, cy: 6, r: 5, fill: trace.marker.color }];
      svg.append(shape(...spot));
    } else if (width) {
      svg.append(shape("path", { d: "M0 6H28", stroke: color, "stroke-width": width, "stroke-dasharray": dashes }));
    }
    return svg;
  }

  function put(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function shape(tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  const FRAME = 8; // milliseconds of a frame that drawing may take before it yields
  let mounted = 0; // for ids that are unique in the page

  // ---- the whole figure -------------------------------------------------------------------

  /**
   * @param {HTMLElement} el
   * @param {any} Plotly
   * @param {any} base
   * @param {(message: any) => void} send
   */
  function mount(el, Plotly, base, send = () => {}) {
    const id = `collapse-${++mounted}`;
    const { low, high, name } = base.cursor;
    const original = new Map(base.scene.map(([path, note]) => [path, decode(note, base.buffer)]));
    const leaves = new Map(original);
    const changed = new Set();
    let cursor = base.cursor.at;
    let timer = null;
    const say = (english) => leaves.get(`texts/${english}`) ?? english; // in the present language
    const title = () => leaves.get("texts/title") ?? base.title;
    const label = () => leaves.get("texts/cursor") ?? base.cursor.label;

    // -- the cursor's row
    const range = element("input", { type: "range", id: `${id}-cursor`, min: low, max: high, value: cursor, "data-collapse": "cursor" });
    const shown = element("output", { for: `${id}-cursor`, class: "collapse-at" });
    const button = (text, hook) => element("button", { type: "button", "data-collapse": hook }, text);
    const play = button("", "play");
    const back = button("−", "back");
    const on = button("+", "on");
    const caption = element("label", { for: `${id}-cursor` });
    const controls = element("div", { class: "collapse-cursor" }, caption, range, shown, back, on, play);

    // -- the views, each with a heading, a plot and a legend
    const names = [...new Set([...leaves.keys()].filter((path) => path.startsWith("views/")).map((path) => path.split("/")[1]))];
    const plots = new Map();
    const legends = new Map();
    const headings = new Map();
    const row = element("div", { class: "collapse-views" });
    for (const view of names) {
      const hooks = { "aria-describedby": `${id}-sentence`, "data-collapse": "view", "data-view": view };
      const prose = leaves.has(`views/${view}/prose`);
      const div = prose ? element("div", { class: "collapse-prose", role: "group", ...hooks }) : element("div", { class: "collapse-plot", role: "img", ...hooks });
      div.append(base.stills?.[view] ?? "");
      const legend = element("ul", { class: "collapse-legend", "aria-hidden": "true" });
      headings.set(view, element(`h${base.level ?? 4}`));
      row.append(element("section", prose ? { class: "collapse-wide" } : {}, headings.get(view), div, legend));
      plots.set(view, prose ? new Prose(div, say) : new Plot(Plotly, div, base.digits ?? 3));
      legends.set(view, legend);
    }

    // -- the words
    const notice = element("p", { class: "collapse-notice", role: "alert", "data-collapse": "notice", hidden: "" });
    const sentence = element("p", { id: `${id}-sentence`, class: "collapse-sentence", "data-collapse": "sentence" });
    const status = element("p", { class: "collapse-unseen", role: "status" });
    const state = element("code", { "data-collapse": "state" });
    const copy = element("button", { type: "button", "data-collapse": "copy" });
    const table = element("table");
    const [summary, region] = [element("summary"), element("div", { class: "collapse-scroll", tabindex: 0, role: "region" }, table)];
    const details = element("details", { "data-collapse": "table" }, summary, region);
    const root = element("div", { class: "collapse-figure", role: "group", "data-collapse": "figure" },
      notice, controls, sentence, row, status,
      element("div", { class: "collapse-state" }, state, copy), details);
    el.replaceChildren(root);

    // -- drawing: as many views a frame as there is time for, and always the newest
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
      trouble = "";
      words();
      draw(names);
    }

    /** @param {string[]} left */
    async function draw(left) {
      const began = performance.now();
      while (left.length && performance.now() - began < FRAME) {
        const [view, ...rest] = left;
        left = rest;
        try {
          const drawing = plots.get(view).draw(cursor);
          if (!Plotly.adopts) await drawing;
          legend(view);
        } catch (error) {
          trouble = `${say("The figure could not be drawn:")} ${error.message}`;
          complain();
        }
      }
      requestAnimationFrame(() => {
        if (left.length) return draw(left);
        painting = false;
        if (waiting) paint();
      });
    }

    // what names the parts of the panel, in the present language
    let copied = ""; // what became of it
    function dub() {
      put(caption, label());
      put(play, timer === null ? `▶ ${say("Play")}` : `❚❚ ${say("Pause")}`);
      put(copy, say(copied || "Copy these settings"));
      put(summary, say("Show the numbers"));
      const hints = [[play, say(timer === null ? "Play" : "Pause")], [back, say("One generation back")], [on, say("One generation on")]];
      for (const [node, hint] of hints) {
        node.setAttribute("aria-label", hint);
        node.setAttribute("title", hint);
      }
      region.setAttribute("aria-label", say("The numbers"));
      root.setAttribute("aria-label", title());
      for (const [view, heading] of headings) {
        const text = leaves.get(`views/${view}/layout/meta/title`);
        put(heading, text);
        plots.get(view).div.setAttribute("aria-label", text);
      }
    }

    function words() {
      const fields = {};
      const readouts = {};
      for (const [path, leaf] of leaves) {
        if (path.startsWith("fields/")) fields[path.slice(7)] = resolve(leaf, cursor);
        if (path.startsWith("readouts/")) readouts[path.slice(9)] = leaf;
      }
      fields[name] = cursor;
      const place = `${cursor} ${say("of")} ${high}`;
      shown.value = place;
      range.value = cursor;
      range.setAttribute("aria-valuetext", `${label()} ${place}`);
      dub();
      sentence.textContent = fill(leaves.get("sentence"), fields);
      state.textContent = `${leaves.get("state")}&${name}=${cursor}`;
      complain();
      send({ readouts, at: cursor });
      settle();
    }

    // what may wait until the hand rests: the screen reader, the address bar, the table
    let settling = null;
    function settle() {
      if (timer !== null) return;
      clearTimeout(settling);
      settling = setTimeout(() => {
        status.textContent = spoken(sentence.textContent, say);
        send({ state: state.textContent, at: cursor });
        if (details.open) tabulate();
      }, 400);
    }

    let told = ""; // by the host
    let trouble = "";
    function complain() {
      const text = [say(told), leaves.get("notice"), trouble].filter(Boolean).join("\n");
      put(notice, text);
      notice.hidden = !text;
    }

    function legend(view) {
      const entries = plots.get(view).entries();
      const list = legends.get(view);
      const key = entries.map(([text]) => text).join("|");
      if (list.dataset.key === key) return;
      list.dataset.key = key;
      list.replaceChildren(...entries.map(([text, sample]) => element("li", {}, sample(), text)));
    }

    function tabulate() {
      const columns = [[say("generation"), null], ...names.flatMap((view) => plots.get(view).columns())];
      const head = element("tr", {}, ...columns.map(([title]) => element("th", { scope: "col" }, title)));
      const rows = [];
      for (let t = 0; t <= cursor; t++) {
        rows.push(element("tr", {}, element("th", { scope: "row" }, String(t)),
          ...columns.slice(1).map(([, value]) => element("td", {}, write(value(t), `.${base.digits ?? 3}g`)))));
      }
      table.replaceChildren(element("caption", {}, [`${title()}, ${say("up to the generation looked at")}`, base.precision].filter(Boolean).join("; ")), element("thead", {}, head), element("tbody", {}, ...rows));
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
      dub();
      settle();
    }

    function start() {
      if (cursor >= high) look(low);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const [pause, steps] = calm ? [1000, 10] : [50, 200]; // however long the chain: ten seconds
      const stride = Math.ceil((high - low) / steps);
      let last = performance.now();
      const tick = (now) => {
        if (now - last >= pause - 4) {
          last = now;
          look(cursor + stride);
        }
        if (cursor >= high) stop();
        else timer = requestAnimationFrame(tick);
      };
      timer = requestAnimationFrame(tick);
      dub();
    }

    const listen = new AbortController();
    const when = (target, type, handler) => target.addEventListener(type, handler, { signal: listen.signal });
    when(range, "input", () => look(Number(range.value)));
    when(back, "click", () => look(cursor - 1));
    when(on, "click", () => look(cursor + 1));
    when(play, "click", () => (timer === null ? start() : stop()));
    const mark = (said) => {
      copied = said;
      dub();
    };
    when(copy, "click", async () => {
      const text = state.textContent;
      const done = await clip(state, base.address?.(text) ?? text);
      mark(done ? "Copied" : "Selected: press Ctrl+C");
      setTimeout(mark, done ? 1500 : 5000, "");
    });
    when(details, "toggle", () => details.open && tabulate());
    when(row, "click", (event) => {
      const view = event.target.closest("[data-view]")?.dataset.view;
      const pick = plots.get(view)?.under?.(event, cursor);
      if (pick) send({ pick });
    });
    when(root, "focusout", (event) => root.contains(event.relatedTarget) || send({ cursor }));

    let width = 0;
    const resize = new ResizeObserver(() => {
      if (row.clientWidth === width || !row.clientWidth) return;
      width = row.clientWidth;
      for (const plot of plots.values()) plot.resize();
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
      // something to say that is not of the scene, in English; nothing if empty
      tell(text) {
        told = text;
        complain();
      },
      destroy() {
        listen.abort();
        resize.disconnect();
        cancelAnimationFrame(timer);
        clearTimeout(settling);
        for (const plot of plots.values()) plot.destroy();
        el.replaceChildren();
      },
    };
  }

  /** @param {HTMLElement} node @param {string} text */
  async function clip(node, text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // not allowed here: leave the text selected, so that Ctrl+C works
      getSelection().selectAllChildren(node);
      return false;
    }
  }

  return { mount, write, fill, spoken, decode, resolve };
})();
