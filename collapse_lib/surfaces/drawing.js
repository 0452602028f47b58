// Draws a view as SVG, behind the six calls of plotly.js that figure.js makes. drawing.py has the
// same rules, line by line, so that the picture in a page's own markup is this one's first frame;
// `collapseRules`, their numbers and the attributes that may occur, is drawing.json. The rules
// are plotly's: a view looks the same whoever draws it.
const collapseDrawing = (() => {
  "use strict";
  const rules = collapseRules;

  // ---- numbers and labels ------------------------------------------------------------------

  const up = (x) => Math.floor(x + 0.5);
  const pixel = (x) => up(10 * Math.max(-1e6, Math.min(1e6, x))) / 10;
  const magnitude = (x) => Math.floor(Math.log10(x) + 0.01);

  // a number to two digits more than the step has, in thousands, millions, … where `top` is large
  function number(value, step, top, more = 0) {
    const power = magnitude(top);
    const exponent = Math.abs(power) > 3 ? 3 * up((power - 1) / 3) : 0;
    const digits = 2 + more - magnitude(step);
    if (Math.abs(value) < 10 ** -digits / 2) return "0";
    const shown = (Math.abs(value) * 10 ** -exponent).toFixed(Math.max(0, Math.min(20, digits + exponent)));
    const short = shown.includes(".") ? shown.replace(/\.?0*$/, "") : shown;
    return (value < 0 ? "−" : "") + short + (rules.prefixes[exponent] ?? "");
  }

  const meant = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

  function label(text, attributes) {
    const power = /^(.*)<sup>(.*)<\/sup>$/.exec(text);
    if (!power) return ["text", attributes, meant(text)];
    const [dy, size] = rules.raised;
    return ["text", attributes, [["tspan", {}, power[1]], ["tspan", { dy, "font-size": size }, power[2]]]];
  }

  // ---- axes ----------------------------------------------------------------------------------

  function axis(about, letter, length, data) {
    const kinds = about.type === "category" ? [...new Set(data.flatMap((trace) => [...(trace[letter] ?? [])].map(String)))] : null;
    const range = kinds ? [-0.5, kinds.length - 0.5] : [...about.range];
    const level = kinds ? (kind) => kinds.indexOf(String(kind)) : about.type === "log" ? Math.log10 : Number;
    return scaled({ about, letter, length, kinds, level, type: about.type, _length: length }, range);
  }

  /** @param {any} one @param {number[]} range */
  function scaled(one, [low, high]) {
    const { letter, length, level } = one;
    const l2p = (x) => ((x - low) / (high - low || 1)) * length;
    const p2l = (place) => low + (place / length) * (high - low);
    const ways = letter === "x" ? { l2p, p2l } : { l2p: (y) => length - l2p(y), p2l: (place) => p2l(length - place) };
    return Object.assign(one, { range: [low, high], ...ways, at: (value) => ways.l2p(level(value)) });
  }

  // one unit is as long on y as on x: the axis with room to spare shows more
  function alike(X, Y) {
    const unit = (one) => Math.abs(one.range[1] - one.range[0]) / one.length;
    const most = Math.max(unit(X), unit(Y));
    for (const one of [X, Y]) {
      const [low, high] = one.range;
      const [middle, half] = [(low + high) / 2, ((high - low) / 2) * (most / unit(one))];
      scaled(one, [middle - half, middle + half]);
    }
  }

  function ticks({ about, letter, length, kinds, range }, size) {
    if (about.showticklabels === false && about.showgrid === false) return [];
    if (kinds) {
      const every = Math.ceil(Math.max((1.2 * size * kinds.length) / length, 1));
      return kinds.map((kind, i) => [i, kind]).filter(([i]) => i % every === 0);
    }
    const log = about.type === "log";
    const [low, high] = [Math.min(...range), Math.max(...range)];
    if (about.tickvals) {
      return [...about.tickvals].map((value, i) => [log ? Math.log10(value) : value, String(about.ticktext?.[i] ?? number(value, Math.abs(value) || 1, Math.abs(value) || 1, 4))]);
    }
    const [least, most] = rules.ticks;
    const rough = (high - low) / (Math.max(least, Math.min(most, length / rules.pixels[letter])) + 1);
    if (log) return decades(low, high, rough);
    const step = about.dtick || rounded(rough);
    const top = Math.max(Math.abs(low), Math.abs(high));
    const found = [];
    const slack = 1e-6 * (high - low);
    for (let i = Math.ceil((low - slack) / step); i * step <= high + slack; i++) {
      found.push([i * step, (about.tickprefix ?? "") + number(i * step, step, top) + (about.ticksuffix ?? "")]);
    }
    return found;
  }

  function rounded(rough) {
    const base = 10 ** Math.floor(Math.log10(rough));
    return base * (rules.steps.find((step) => rough / base < step) ?? 10);
  }

  // powers of ten, and between them 2 and 5, or all digits, where there is room
  function decades(low, high, rough) {
    const step = Math.max(1, Math.ceil(rough));
    const between = rough > 0.7 ? [] : rough > 0.3 ? [2, 5] : [2, 3, 4, 5, 6, 7, 8, 9];
    const found = [];
    for (let power = Math.floor(low); power <= high + 1e-6; power++) {
      const whole = 10 ** power;
      if (power >= low - 1e-6 && power % step === 0) found.push([power, number(whole, whole, whole, 4)]);
      for (const digit of between) {
        const place = power + Math.log10(digit);
        if (place >= low - 1e-6 && place <= high + 1e-6) found.push([place, String(digit), rules.small]);
      }
    }
    return found;
  }

  const width = (text, size) => rules.letter * size * meant(text.replace(/<.*?>/g, "")).length; // about

  // labels under an axis lie slanted, or stand, where they would touch
  function slant(places, size) {
    const ends = places.map(([at, text]) => [at, width(text, size) / 2]);
    const gaps = ends.slice(1).map(([at, half], i) => [at - ends[i][0], half + ends[i][1]]);
    if (gaps.every(([gap, needed]) => Math.abs(gap) >= needed)) return 0;
    return gaps.every(([gap]) => Math.abs(gap) / 2 > size + 1) ? 30 : 90;
  }

  function drawn(one, other, size) {
    const { about, letter, length } = one;
    const places = ticks(one, size).map(([value, text, times = 1]) => [one.l2p(value), text, times * size]);
    const across = letter === "x";
    const inner = places.filter(([at]) => at > 1 && at < length - 1);
    const lines = about.showgrid === false ? "" : inner.map(([at]) => (across ? `M${pixel(at)},0V${pixel(other.length)}` : `M0,${pixel(at)}H${pixel(other.length)}`)).join("");
    const angle = across ? slant(places, size) : 0;
    const labels = about.showticklabels === false ? [] : places.map(([at, text, high]) => {
      const look = { "font-size": high === size ? undefined : high };
      if (!across) return label(text, { x: -rules.edge, y: pixel(at + rules.middle * high), "text-anchor": "end", ...look });
      const place = { x: pixel(at), y: pixel(other.length + rules.edge + high) };
      const turned = { "text-anchor": "start", transform: `rotate(${angle} ${place.x} ${pixel(place.y - size / 2)})` };
      return label(text, { ...place, ...(angle ? turned : { "text-anchor": "middle" }), ...look });
    });
    const wide = labels.length ? Math.max(...places.map(([, text]) => width(text, size))) : 0;
    return { lines, labels: ["g", { class: `${letter}tick` }, labels], wide };
  }

  // the title of the y axis keeps off its labels, as far as there is room
  function name(one, [left, top], height, wide) {
    const { about, letter, length } = one;
    const text = about.title?.text ?? "";
    const size = about.title?.font?.size ?? 13;
    const place = letter === "x"
      ? { x: pixel(left + length / 2), y: pixel(height - rules.title.bottom) }
      : { x: 0, y: 0, transform: `translate(${pixel(Math.max(size, left - Math.max(rules.title.left, wide + 6)))} ${pixel(top + length / 2)}) rotate(-90)` };
    return label(text, { class: `${letter}title`, ...place, "text-anchor": "middle", "font-size": size });
  }

  // ---- traces --------------------------------------------------------------------------------

  // the points without a gap between them
  function runs({ x = [], y = [] }, X, Y) {
    const found = [[]];
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      const [a, b] = [X.at(x[i]), Y.at(y[i])];
      if (Number.isFinite(a) && Number.isFinite(b)) found.at(-1).push([a, b]);
      else if (found.at(-1).length) found.push([]);
    }
    return found.filter((run) => run.length);
  }

  const joined = (run) => run.map(([a, b]) => `${pixel(a)},${pixel(b)}`).join("L");

  function dashes(dash, width) {
    const unit = Math.max(width, rules.thinnest);
    return rules.dashes[dash]?.map((times) => pixel(times * unit)).join(" ");
  }

  function scatter(trace, X, Y, id) {
    const { mode = "lines", line = {}, marker = {} } = trace;
    const all = runs(trace, X, Y);
    const inside = { "clip-path": `url(#${id}-inside)` };
    const parts = [];
    if (trace.fill && all.length) {
      const zero = pixel(Y.at(0));
      const foot = (run) => (trace.fill === "tozeroy" ? `L${pixel(run.at(-1)[0])},${zero}L${pixel(run[0][0])},${zero}` : "");
      parts.push(["path", { class: "js-fill", d: all.map((run) => `M${joined(run)}${foot(run)}Z`).join(""), fill: trace.fillcolor, ...inside }, []]);
    }
    const width = line.width ?? 2;
    if (mode.includes("lines") && width && all.length) {
      const look = { stroke: line.color, "stroke-width": width, "stroke-dasharray": dashes(line.dash, width), "stroke-miterlimit": rules.miter };
      parts.push(["path", { class: "js-line", d: all.map((run) => `M${joined(run)}`).join(""), fill: "none", ...look, ...inside }, []]);
    }
    if (mode.includes("markers") && all.length) {
      const far = trace.cliponaxis === false; // drawn over the edge, but only what belongs inside
      const within = ([a, b]) => !far || (a >= -1 && a <= X.length + 1 && b >= -1 && b <= Y.length + 1);
      const d = all.flat().filter(within).map((spot) => symbol(spot, marker)).join("");
      parts.push(["path", { class: "points", d, fill: marker.color, ...(far ? {} : inside) }, []]);
    }
    return ["g", { class: "trace scatter" }, parts];
  }

  function symbol([a, b], { size = rules.marker, symbol }) {
    const r = pixel(size / 2);
    if (symbol !== "x") return `M${pixel(a - r)},${pixel(b)}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 -${2 * r},0Z`;
    const arm = pixel((size / 2) * rules.arm);
    const [ne, se, sw, nw] = [`l${arm},${arm}`, `l${arm},-${arm}`, `l-${arm},-${arm}`, `l-${arm},${arm}`];
    return `M${pixel(a)},${pixel(b + arm)}${ne}${se}${sw}${se}${sw}${nw}${sw}${nw}${ne}${nw}${ne}Z`;
  }

  // one bar a kind, of which there are several side by side: {left, right, low, high} in pixels
  function boxes(trace, X, Y, place, count, gap) {
    const unit = X.length / X.kinds.length;
    const width = ((1 - gap) * unit) / count;
    return Array.from(trace.x, (kind, i) => {
      const left = X.at(kind) - ((1 - gap) * unit) / 2 + place * width;
      const [zero, end] = [Y.at(0), Y.at(trace.y[i])];
      if (!(Math.abs(end - zero) >= rules.least)) return null; // nothing, or no number
      if (Math.abs(end - zero) >= 2) return { left, right: left + width, zero, end };
      const seen = (from, to) => (from > to ? Math.ceil(from) : Math.floor(from)); // a pixel at least
      return { left, right: left + width, zero: seen(zero, end), end: seen(end, zero) };
    });
  }

  function bar(trace, i, all, id) {
    const { color, pattern } = trace.marker;
    const d = all.map((box) => (box ? `M${pixel(box.left)},${pixel(box.zero)}V${pixel(box.end)}H${pixel(box.right)}V${pixel(box.zero)}Z` : "")).join("");
    const hatch = rules.hatches[pattern?.shape];
    const inside = { "clip-path": `url(#${id}-inside)` };
    if (!hatch) return ["g", { class: "trace bars" }, [["path", { class: "points", d, fill: color, ...inside }, []]]];
    const { size, width } = hatch;
    const stroke = { stroke: pattern.fgcolor, "stroke-width": width, "stroke-opacity": rules.overlay, "stroke-linecap": hatch.d.endsWith("h0") ? "round" : undefined };
    const ground = ["pattern", { id: `${id}-${i}`, width: size, height: size, patternUnits: "userSpaceOnUse" },
      [["rect", { width: size, height: size, fill: color }, []], ["path", { d: hatch.d, fill: "none", ...stroke }, []]]];
    return ["g", { class: "trace bars" }, [ground, ["path", { class: "points", d, fill: `url(#${id}-${i})`, ...inside }, []]]];
  }

  // cells of equal size as one small picture, which the browser makes soft
  function heatmap(trace, X, Y) {
    const sides = [[trace.x, X], [trace.y, Y]].map(([values, one]) => {
      const places = [...new Set(values)].toSorted((a, b) => a - b);
      const half = places.length > 1 ? (places.at(-1) - places[0]) / (places.length - 1) / 2 : 0.5;
      const [first, last] = [one.at(places[0] - half), one.at(places.at(-1) + half)];
      return { index: new Map(places.map((value, i) => [value, i])), count: places.length, first, last };
    });
    const [across, down] = sides;
    const { count: width } = across;
    const { count: height } = down;
    const cells = new Uint8Array(width * height);
    const span = trace.zmax - trace.zmin;
    for (let i = 0; i < trace.z.length; i++) {
      const share = Math.max(0, Math.min(1, (trace.z[i] - trace.zmin) / span));
      let [column, line] = [across.index.get(trace.x[i]), down.index.get(trace.y[i])];
      if (across.first > across.last) column = width - 1 - column;
      if (down.first > down.last) line = height - 1 - line;
      cells[line * width + column] = up(share * (rules.greys - 1));
    }
    const [[, paper], [, ink]] = trace.colorscale;
    const box = { x: Math.min(across.first, across.last), y: Math.min(down.first, down.last), width: Math.abs(across.last - across.first), height: Math.abs(down.last - down.first) };
    const place = Object.fromEntries(Object.entries(box).map(([key, value]) => [key, pixel(value)]));
    return ["g", { class: "trace heatmap" }, [["image", { ...place, preserveAspectRatio: "none", href: bitmap(cells, width, height, paper, ink) }, []]]];
  }

  // the cells as a BMP of a few greys: a format that needs neither a canvas nor compression
  function bitmap(cells, width, height, paper, ink) {
    const line = 4 * Math.ceil(width / 4);
    const start = 54 + 4 * rules.greys;
    const bytes = new Uint8Array(start + line * height);
    const view = new DataView(bytes.buffer);
    bytes.set([66, 77]); // BM
    for (const [at, value] of [[2, bytes.length], [10, start], [14, 40], [18, width], [22, height], [34, line * height], [46, rules.greys]]) view.setUint32(at, value, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, 8, true);
    const part = (colour, at) => Number.parseInt(colour.slice(at, at + 2), 16);
    for (let i = 0; i < rules.greys; i++) {
      [5, 3, 1].forEach((at, k) => (bytes[54 + 4 * i + k] = up(part(paper, at) + ((part(ink, at) - part(paper, at)) * i) / (rules.greys - 1))));
    }
    for (let y = 0; y < height; y++) bytes.set(cells.subarray(y * width, (y + 1) * width), start + (height - 1 - y) * line);
    return `data:image/bmp;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
  }

  // ---- a whole view as a tree of [tag, attributes, children or text] --------------------------

  const there = (trace) => trace.type === "bar" && trace.x?.length > 0;

  function picture(data, layout, width, height, id) {
    const { l, r, t, b } = layout.margin;
    const X = axis(layout.xaxis, "x", Math.max(width - l - r, 1), data);
    const Y = axis(layout.yaxis, "y", Math.max(height - t - b, 1), data);
    if (layout.yaxis.scaleanchor) alike(X, Y);
    const size = layout.font.size;
    const [across, along] = [drawn(X, Y, size), drawn(Y, X, size)];
    const bars = data.filter(there);
    const spots = data.map((trace) => (there(trace) ? boxes(trace, X, Y, bars.indexOf(trace), bars.length, layout.bargap ?? 0.2) : []));
    const layer = (kind, draw) => ["g", { class: `${kind}layer` }, data.map((trace, i) => [trace, i]).filter(([trace]) => (trace.type ?? "scatter") === kind).map(([trace, i]) => draw(trace, i))];
    const tree = ["svg", { class: "main-svg", id, viewBox: `0 0 ${pixel(width)} ${pixel(height)}`, width: "100%", height: "100%", "font-size": size, fill: "currentColor" }, [
      ["clipPath", { id: `${id}-inside` }, [["rect", { width: pixel(X.length), height: pixel(Y.length) }, []]]],
      ["g", { transform: `translate(${l} ${t})` }, [
        ["g", { class: "gridlayer", fill: "none", stroke: "currentColor", "stroke-opacity": rules.grid, "shape-rendering": "crispEdges" }, [["path", { d: across.lines + along.lines }, []]]],
        layer("heatmap", (trace) => heatmap(trace, X, Y)),
        layer("bar", (trace, i) => bar(trace, i, spots[i], id)),
        layer("scatter", (trace) => scatter(trace, X, Y, id)),
        across.labels,
        along.labels,
        ["rect", { class: "nsewdrag", width: pixel(X.length), height: pixel(Y.length), fill: "none", "pointer-events": "all" }, []],
      ]],
      name(X, [l, t], height, 0),
      name(Y, [l, t], height, along.wide),
    ]];
    return { tree, X, Y, spots };
  }

  // makes a node what a tree says, and leaves alone what it says already
  /** @param {Element} node @param {any[]} tree */
  function patch(node, [, attributes, children]) {
    const wanted = Object.entries(attributes).filter(([, value]) => value !== undefined);
    for (const [key, value] of wanted) if (node.getAttribute(key) !== String(value)) node.setAttribute(key, value);
    if (node.attributes.length > wanted.length) {
      for (const name of node.getAttributeNames()) if (attributes[name] === undefined) node.removeAttribute(name);
    }
    if (typeof children === "string") {
      if (node.children.length || node.textContent !== children) node.textContent = children;
      return;
    }
    while (node.childNodes.length > children.length) node.lastChild.remove();
    children.forEach((child, i) => {
      /** @type {any} */
      let old = node.childNodes[i];
      if (old?.nodeName !== child[0]) {
        const made = document.createElementNS("http://www.w3.org/2000/svg", child[0]);
        if (old) old.replaceWith(made);
        else node.append(made);
        old = made;
      }
      patch(old, child);
    });
  }

  // ---- what the pointer is told ----------------------------------------------------------------

  const REACH = 20; // pixels

  function nearest({ data, drawing: { X, Y, spots } }, x, y) {
    let [found, least] = [null, REACH];
    data.forEach((trace, i) => {
      if (trace.hoverinfo === "skip" || !trace.hovertemplate) return;
      spots[i].forEach((box, k) => {
        const inside = box && x >= box.left && x <= box.right && (y - box.zero) * (y - box.end) <= 0;
        if (inside) [found, least] = [{ trace, k, at: [(box.left + box.right) / 2, box.end] }, 0];
      });
      if (spots[i].length || !trace.x) return;
      const radius = trace.mode?.includes("markers") ? (trace.marker?.size ?? rules.marker) / 2 : 0.5;
      for (let k = 0; k < trace.x.length; k++) {
        const at = [X.at(trace.x[k]), Y.at(trace.y[k])];
        const gap = Math.max(Math.hypot(at[0] - x, at[1] - y) - radius, 0);
        if (gap <= least) [found, least] = [{ trace, k, at }, gap];
      }
    });
    return found;
  }

  function value(x, spec, type) {
    if (typeof x === "string" || type === "category") return meant(String(x));
    if (!spec) return number(x, Math.abs(x) || 1, Math.abs(x) || 1, 4);
    const digits = Number(/\.(\d)/.exec(spec)[1]);
    const [mantissa, power] = Number(x).toPrecision(digits).split("e");
    const short = spec.includes("~") && mantissa.includes(".") ? mantissa.replace(/\.?0*$/, "") : mantissa;
    return (power ? `${short}e${power}` : short).replaceAll("-", "−");
  }

  // the words of a point, as its trace's template has them
  function said({ trace, k }, { X }) {
    const known = { x: [trace.x[k], X.type], y: [trace.y[k]], customdata: [trace.customdata?.[k]] };
    const [words, extra] = trace.hovertemplate.split("<extra>");
    const text = words.replace(/%\{(\w+)(?::([^}]*))?\}/g, (_, key, spec) => value(known[key][0], spec, known[key][1]));
    return meant(text) + (extra === undefined ? `\n${trace.name}` : "");
  }

  function point(div, { clientX, clientY }) {
    const box = div.querySelector(".nsewdrag").getBoundingClientRect();
    const { X } = div.drawing;
    const scale = box.width / X.length || 1; // on paper, or while the page is zoomed
    const found = nearest(div, (clientX - box.left) / scale, (clientY - box.top) / scale);
    div.hint ??= Object.assign(document.createElement("div"), { className: "collapse-hover" });
    if (!found) return div.hint.remove();
    const { trace, at } = found;
    div.hint.textContent = said(found, div.drawing);
    div.hint.style.borderColor = trace.line?.color ?? trace.marker?.color;
    if (!div.hint.isConnected) div.append(div.hint);
    const { l, t } = div.layout.margin;
    const [x, y] = [l + at[0] * scale, t + at[1] * scale];
    const left = x + 12 + div.hint.offsetWidth > div.clientWidth ? x - 12 - div.hint.offsetWidth : x + 12;
    div.hint.style.translate = `${Math.max(0, left)}px ${Math.max(0, y - div.hint.offsetHeight / 2)}px`;
  }

  // ---- the six calls -----------------------------------------------------------------------------

  let count = 0;

  function draw(div) {
    let svg = div.querySelector(".main-svg");
    if (!svg) {
      svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.id = `drawing-${++count}`;
      div.prepend(svg);
    }
    const { tree, X, Y, spots } = picture(div.data, div.layout, div.clientWidth || 640, div.clientHeight || 260, svg.id);
    Object.assign(div, { drawing: { X, Y, spots, size: [div.clientWidth, div.clientHeight] } });
    Object.assign(div, { _fullLayout: { xaxis: X, yaxis: Y }, _fullData: div.data });
    patch(svg, tree);
    return Promise.resolve(div);
  }

  function put(tree, path, value) {
    const keys = path.split(".");
    const last = keys.pop();
    for (const key of keys) tree = tree[key] ??= {};
    tree[last] = value;
  }

  const traces = (div, changes, indices) => {
    for (const [path, values] of Object.entries(changes)) {
      indices.forEach((i, k) => values[k] !== undefined && put(div.data[i], path, values[k]));
    }
  };
  const whole = (div, changes) => Object.entries(changes).forEach(([path, value]) => put(div.layout, path, value));

  const Plotly = {
    adopts: true, // the picture that stands in the page already
    newPlot(div, data, layout) {
      Object.assign(div, { data, layout });
      div.classList.add("js-plotly-plot");
      if (!div.watched) {
        div.watched = new AbortController();
        const { signal } = div.watched;
        for (const type of ["pointermove", "pointerdown"]) div.addEventListener(type, (event) => point(div, event), { signal });
        div.addEventListener("pointerleave", () => div.hint?.remove(), { signal });
      }
      return draw(div);
    },
    restyle(div, changes, indices) {
      traces(div, changes, indices);
      return draw(div);
    },
    relayout(div, changes) {
      whole(div, changes);
      return draw(div);
    },
    update(div, changes, layout, indices) {
      traces(div, changes, indices);
      whole(div, layout);
      return draw(div);
    },
    purge(div) {
      div.watched?.abort();
      div.replaceChildren();
    },
    Plots: {
      resize(div) {
        const [width, height] = div.drawing.size;
        if (div.clientWidth !== width || div.clientHeight !== height) draw(div);
      },
    },
  };

  return { Plotly, picture };
})();
