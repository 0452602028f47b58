// Small drawings of plotly's own dictionaries, without plotly: lines, markers, bars and fills on
// linear and category axes. `drawPicture(group, view, width, height)` returns the two scales.
const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 56, right: 12, top: 10, bottom: 40 };
const OWN = Math.random().toString(36).slice(2); // the page may hold two versions of this module
const DASHES = { dash: "9 5", dot: "2 4", dashdot: "9 4 2 4", longdash: "14 6" };

function shape(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function scale([low, high], from, to) {
  const at = (value) => from + ((value - low) / (high - low)) * (to - from);
  at.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  at.low = low;
  at.high = high;
  return at;
}

// the places of the ticks, and what they say: plotly's tick0/dtick/tickvals, or round steps
function ticks(axis, [low, high], room) {
  const few = Math.max(2, room / 70);
  if (axis.tickvals) return axis.tickvals.map((value, i) => [value, axis.ticktext?.[i] ?? tidy(value)]);
  const rough = (high - low) / few;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = axis.dtick ?? unit * [1, 2, 5, 10].find((m) => m * unit >= rough * 0.999);
  const stride = step * Math.max(1, Math.ceil((high - low) / step / (room / 22)));
  const first = Math.ceil((low - 1e-9 * (high - low)) / stride) * stride;
  const places = Array.from({ length: Math.floor((high - first) / stride + 1e-6) + 1 }, (_, i) => first + i * stride);
  return places.map((value) => [value, tidy(value)]);
}

const tidy = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

function tickText(axis, text) {
  const base = (axis.tickprefix ?? "").replace("<sup>", "");
  if (!axis.tickprefix?.includes("<sup>")) return [document.createTextNode(base + text)];
  return [document.createTextNode(base), shape("tspan", { dy: "-0.45em", "font-size": "80%" }, text)];
}

function drawPicture(group, { data, layout }, width, height) {
  const { xaxis, yaxis } = layout;
  const kinds = xaxis.type === "category" ? data[0].x : null;
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const x = scale(kinds ? [-0.5, kinds.length - 0.5] : xaxis.range, MARGIN.left, right);
  const y = scale(yaxis.range, bottom, MARGIN.top);

  const frame = shape("g", { class: "collapse-axes" });
  for (const [value, text] of ticks(yaxis, yaxis.range, bottom - MARGIN.top)) {
    frame.append(shape("path", { d: `M${MARGIN.left} ${y(value)}H${right}` }));
    frame.append(shape("text", { x: MARGIN.left - 6, y: y(value) + 4, "text-anchor": "end" }, ...tickText(yaxis, text)));
  }
  const across = kinds ? kinds.map((kind, i) => [i, short(kind, (right - MARGIN.left) / kinds.length)]) : ticks(xaxis, xaxis.range, right - MARGIN.left);
  for (const [value, text] of across) {
    if (!kinds) frame.append(shape("path", { d: `M${x(value)} ${MARGIN.top}V${bottom}` }));
    frame.append(shape("text", { x: x(value), y: bottom + 16, "text-anchor": "middle" }, ...tickText(xaxis, text)));
  }
  frame.append(shape("path", { class: "collapse-base", d: `M${MARGIN.left} ${bottom}H${right}` }));
  frame.append(shape("text", { x: (MARGIN.left + right) / 2, y: height - 6, "text-anchor": "middle" }, xaxis.title?.text ?? ""));
  frame.append(shape("text", { transform: `translate(12 ${(MARGIN.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, yaxis.title?.text ?? ""));

  const id = `collapse-clip-${OWN}-${++drawPicture.count}`;
  const clip = shape("clipPath", { id }, shape("rect", { x: MARGIN.left, y: 0, width: right - MARGIN.left, height: bottom }));
  const traces = shape("g", { "clip-path": `url(#${id})` });
  const bars = data.filter((trace) => trace.type === "bar");
  for (const trace of data) {
    if (trace.type === "bar") traces.append(...drawBars(trace, bars.indexOf(trace), bars.length, kinds, x, y));
    else traces.append(...drawScatter(trace, x, y));
  }
  group.replaceChildren(shape("defs", {}, clip), frame, traces);
  return { x, y };
}
drawPicture.count = 0;

const short = (text, room) => (text.length * 6.5 > room ? `${text.slice(0, Math.max(1, Math.floor(room / 6.5) - 1))}…` : text);

function drawScatter(trace, x, y) {
  const points = (trace.x ?? []).map((value, i) => (value === null || trace.y[i] === null ? null : [x(value), y(trace.y[i])]));
  const nodes = [];
  const mode = trace.mode ?? "lines";
  const d = path(points);
  if (trace.fill && d) {
    const base = trace.fill === "tozeroy" ? `V${y(Math.max(0, y.low))}H${points[0][0]}` : "";
    nodes.push(shape("path", { d: `${d}${base}Z`, fill: trace.fillcolor, stroke: "none" }));
  }
  if (mode.includes("lines") && d && trace.line?.width !== 0) {
    const { color, width = 2, dash = "solid" } = trace.line ?? {};
    nodes.push(shape("path", { d, fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": DASHES[dash] ?? "", "stroke-linejoin": "round" }));
  }
  if (mode.includes("markers")) {
    for (const point of points.filter(Boolean)) nodes.push(marker(point, trace.marker ?? {}));
  }
  return nodes;
}

function path(points) {
  let d = "";
  let pen = "M";
  for (const point of points) {
    if (point) d += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point ? "L" : "M";
  }
  return d;
}

function marker([cx, cy], { symbol = "circle", size = 8, color }) {
  const r = size / 2;
  if (symbol === "circle") return shape("circle", { cx, cy, r, fill: color });
  if (symbol === "line-ns-open" || symbol === "line-ns") return shape("path", { d: `M${cx} ${cy - r}V${cy + r}`, stroke: color, "stroke-width": 2 });
  return shape("path", { d: `M${cx - r} ${cy - r}l${size} ${size}m0 ${-size}l${-size} ${size}`, stroke: color, "stroke-width": 2.5 });
}

function drawBars(trace, place, count, kinds, x, y) {
  const wide = 0.85 / count;
  return trace.y.map((value, i) => {
    const at = kinds ? i : trace.x[i];
    const left = x(at - 0.425 + place * wide);
    const [top, base] = [y(value ?? 0), y(Math.max(0, y.low))];
    const look = { x: left, width: x(at - 0.425 + (place + 1) * wide) - left - 1, y: Math.min(top, base), height: Math.abs(base - top), fill: trace.marker.color };
    const bar = shape("rect", look);
    if (!trace.marker.pattern?.shape) return bar;
    const id = `collapse-hatch-${OWN}-${++drawPicture.count}`; // hatched, so that colour is not all that tells
    const line = shape("path", { d: "M-2 2l4-4M0 8L8 0M6 10l4-4", stroke: "rgba(255,255,255,.6)", "stroke-width": 1.5 });
    return shape("g", {}, shape("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, line), bar, shape("rect", { ...look, fill: `url(#${id})` }));
  });
}

function drawSample(trace) {
  const svg = shape("svg", { width: 28, height: 12, "aria-hidden": "true" });
  const flat = { low: 0, high: 1 };
  if (trace.type === "bar") svg.append(...drawBars({ ...trace, y: [1] }, 0, 1, ["–"], scale([-0.5, 0.5], 0, 28), scale([0, 1], 12, 0)));
  else if (trace.fill === "toself") svg.append(shape("rect", { width: 28, height: 12, fill: trace.fillcolor }));
  else if (trace.mode === "markers") svg.append(marker([14, 6], trace.marker));
  else svg.append(...drawScatter({ ...trace, fill: "", x: [0, 1], y: [0, 0] }, scale([0, 1], 0, 28), Object.assign(() => 6, flat)));
  return svg;
}
