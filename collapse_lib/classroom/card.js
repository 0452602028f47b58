// The page's side of a card: it draws the parts that Python decided on, and sends back what the
// hand did as {do: name, value}. Nodes are kept from one content to the next, so that the focus
// and a half written answer stay where they are.

function tag(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const short3 = { maximumSignificantDigits: 3 };
const tidyNumber = (value, whole) => value.toLocaleString("en", whole ? { maximumFractionDigits: 0 } : short3).replace("-", "−");
let drawn = 0; // for ids that are unique in the page

// Each kind: build(part, card) returns {node, show(part)}.
const KINDS = {
  words(part) {
    const node = tag("p", part.live ? { role: "status" } : {});
    return {
      node,
      show({ text, tone }) {
        node.className = `collapse-words collapse-${tone.replaceAll(" ", "-")}`;
        put(node, text);
        node.classList.toggle("collapse-empty", !text);
      },
    };
  },

  choice(part, card) {
    const legend = tag("legend");
    const node = tag("fieldset", {}, legend);
    const id = `collapse-choice-${OWN}-${++drawn}`;
    let inputs = [];
    let told = null; // what Python was told last, until it says so too: a hand may be quicker
    const send = () => card.send(part.name, (told = inputs.flatMap((input, i) => (input.checked ? [i] : []))));
    return {
      node,
      show({ legend: text, options, chosen, many, locked }) {
        put(legend, text);
        legend.classList.toggle("collapse-empty", !text);
        if (inputs.length !== options.length) {
          inputs = options.map(() => tag("input", { type: many ? "checkbox" : "radio", name: id }));
          inputs.forEach((input) => input.addEventListener("change", send));
          node.replaceChildren(legend, ...inputs.map((input) => tag("label", {}, input, tag("span"))));
        }
        inputs.forEach((input, i) => put(input.nextSibling, options[i]));
        if (locked || String(told) === String(chosen)) told = null;
        if (!told) inputs.forEach((input, i) => (input.checked = chosen.includes(i)));
        node.disabled = locked;
      },
    };
  },

  box(part, card) {
    const input = tag("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
    const [label, unit] = [tag("span"), tag("span")];
    const node = tag("label", { class: "collapse-row" }, label, input, unit);
    const typed = later(120, () => card.send(part.name, (card.sent[part.name] = input.value)));
    input.addEventListener("input", typed);
    input.addEventListener("change", typed.now);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !part.enter) return;
      typed.now();
      card.send(part.enter);
    });
    return {
      node,
      show(next) {
        part = next;
        put(label, next.label);
        put(unit, next.unit);
        if (next.value !== card.sent[next.name]) input.value = card.sent[next.name] = next.value;
        input.disabled = next.locked;
      },
    };
  },

  slider(part, card) {
    const id = `collapse-slider-${OWN}-${++drawn}`;
    const input = tag("input", { type: "range", id });
    const label = tag("label", { for: id });
    const [shown, from, to] = ["shown", "end", "end"].map((name) => tag("span", { class: `collapse-${name}`, "aria-hidden": "true" })); // the slider says it
    const node = tag("div", { class: "collapse-row" }, label, from, input, to, shown);
    const nearer = (wanted) => (best, stop, i) => (Math.abs(Math.log(stop / wanted)) < Math.abs(Math.log(part.stops[best] / wanted)) ? i : best);
    const place = (wanted) => (part.stops.length ? part.stops.reduce(nearer(wanted), 0) : wanted);
    const value = () => part.stops[input.value] ?? Number(input.value);
    let exact = 0; // what somebody wrote may lie between two places
    const say = () => {
      const text = part.untouched ? "?" : `${tidyNumber(exact, part.whole)} ${part.unit}`.trim();
      put(shown, text);
      input.setAttribute("aria-valuetext", part.untouched ? part.label : text);
    };
    const moved = later(60, () => card.send(part.name, (card.sent[part.name] = value())));
    const hand = () => {
      part = { ...part, untouched: false };
      card.hands[part.name] = exact = value();
      say();
      card.moved();
      moved();
    };
    input.addEventListener("input", hand);
    input.addEventListener("change", moved.now);
    // a click or a key on the untouched slider is an answer too, even where the handle stands
    input.addEventListener("pointerup", () => part.untouched && !input.disabled && hand());
    input.addEventListener("keydown", ({ key }) => part.untouched && [" ", "Enter"].includes(key) && hand());
    card.setters[part.name] = (wanted) => {
      input.value = place(wanted);
      hand();
    };
    return {
      node,
      show(next) {
        part = next;
        put(label, next.label);
        const stops = next.stops.length;
        Object.assign(input, stops ? { min: 0, max: stops - 1, step: 1 } : { min: next.low, max: next.high, step: next.step });
        put(from, tidyNumber(next.low, next.whole));
        put(to, tidyNumber(next.high, next.whole));
        if (next.value !== card.sent[next.name] && !moved.waiting()) {
          input.value = place(next.value);
          card.sent[next.name] = exact = next.value;
        }
        card.hands[next.name] = exact;
        input.disabled = next.locked;
        input.classList.toggle("collapse-untouched", next.untouched);
        say();
      },
    };
  },

  lines(part, card) {
    const area = tag("textarea", { spellcheck: "false" });
    const label = tag("span");
    const node = tag("label", { class: "collapse-lines" }, label, area);
    const typed = later(250, () => card.send(part.name, (card.sent[part.name] = area.value)));
    area.addEventListener("input", typed);
    area.addEventListener("change", typed.now);
    return {
      node,
      show(next) {
        part = next;
        put(label, next.label);
        area.rows = next.rows;
        if (next.value !== card.sent[next.name]) area.value = card.sent[next.name] = next.value;
      },
    };
  },

  counts(part, card) {
    const legend = tag("legend");
    const node = tag("fieldset", { class: "collapse-counts" }, legend);
    let rows = [];
    const row = (_, place) => {
      const [less, name, number, more] = [tag("button", { type: "button" }, "−"), tag("span"), tag("span", { class: "collapse-shown" }), tag("button", { type: "button" }, "+")];
      less.addEventListener("click", () => card.send(part.name, [place, -1]));
      more.addEventListener("click", () => card.send(part.name, [place, 1]));
      return tag("div", { class: "collapse-row" }, name, less, number, more);
    };
    return {
      node,
      show({ legend: text, options, numbers }) {
        put(legend, text);
        if (rows.length !== options.length) node.replaceChildren(legend, ...(rows = options.map(row)));
        rows.forEach(({ children: [name, less, number, more] }, i) => {
          put(name, options[i]);
          put(number, String(numbers[i]));
          less.setAttribute("aria-label", `${options[i]}: −1`);
          more.setAttribute("aria-label", `${options[i]}: +1`);
        });
      },
    };
  },

  buttons(part, card) {
    const node = tag("div", { class: "collapse-buttons" });
    let shown = new Map();
    const build = () => {
      const one = tag("button", { type: "button" });
      one.addEventListener("click", () => one.getAttribute("aria-disabled") !== "true" && card.press(one.spec));
      return one;
    };
    return {
      node,
      show({ buttons }) {
        const keep = new Map(buttons.map((b, i) => [`${b.name}/${JSON.stringify(b.value) ?? i}`, b]));
        const nodes = /** @type {[string, any][]} */ ([...keep].map(([id, b]) => {
          const one = shown.get(id) ?? build();
          one.spec = b;
          put(one, b.key ? `${b.label} (${b.key.toUpperCase()})` : b.label);
          one.setAttribute("aria-disabled", String(b.off)); // not `disabled`: it keeps the focus
          one.classList.toggle("collapse-primary", b.primary);
          if (b.pressed !== null) one.setAttribute("aria-pressed", String(b.pressed));
          if (b.key) one.setAttribute("aria-keyshortcuts", b.key);
          return [id, one];
        }));
        shown = new Map(nodes);
        arrange(node, [...shown.values()]);
      },
      pressed: (key) => [...shown.values()].find(({ spec }) => spec.key === key && !spec.off)?.spec,
    };
  },

  fold() {
    const [summary, list] = [tag("summary"), tag("ul")];
    const node = tag("details", {}, summary, list);
    return {
      node,
      show({ title, items, opened }) {
        put(summary, title);
        list.replaceChildren(...items.map((item) => tag("li", {}, item)));
        if (opened) node.open = true;
      },
    };
  },

  table() {
    const node = tag("table");
    return {
      node,
      show({ caption, head, rows }) {
        const row = (cells) => tag("tr", {}, ...cells.map((cell, i) => (i ? tag("td", {}, cell) : tag("th", { scope: "row" }, cell))));
        node.replaceChildren(
          tag("caption", {}, caption),
          tag("thead", {}, tag("tr", {}, ...head.map((cell) => tag("th", { scope: "col" }, cell)))),
          tag("tbody", {}, ...rows.map(row)),
        );
      },
    };
  },

  picture(part, card) {
    const drawing = shape("g");
    const legend = tag("ul", { class: "collapse-key", "aria-hidden": "true" });
    let scales = null;
    const bell = makeBell();
    const sketch = shape("g"); // never taken out while somebody draws: its knots hold the focus
    const svg = shape("svg", { role: "img", width: "100%" }, drawing, bell.group, sketch);
    const node = tag("div", { class: "collapse-picture" }, svg, legend);
    const pen = sketching(svg, sketch, () => [part.sketch, scales], (y) => card.send(part.sketch.name, y));
    const draw = () => {
      const width = node.clientWidth || 640;
      svg.setAttribute("viewBox", `0 0 ${width} ${part.height}`);
      svg.setAttribute("height", part.height);
      scales = drawPicture(drawing, part.view, width, part.height);
      move();
      pen.draw();
    };
    const move = () => scales && part.bell && bell.draw(part.bell, scales, card);
    card.movers.add(move);
    dragBell(svg, () => part.bell && [part.bell, scales], card);
    new ResizeObserver(() => part.view && node.clientWidth && draw()).observe(node);
    return {
      node,
      show(next) {
        part = next;
        svg.setAttribute("aria-label", next.alt);
        svg.setAttribute("role", next.sketch && !next.sketch.locked ? "group" : "img");
        svg.classList.toggle("collapse-hand", Boolean(next.bell || (next.sketch && !next.sketch.locked)));
        pen.take(next.sketch);
        const named = next.view.data.filter(({ name, x }) => name && x?.length);
        legend.replaceChildren(...named.map((trace) => tag("li", {}, drawSample(trace), trace.name)));
        bell.group.toggleAttribute("hidden", !next.bell);
        draw();
      },
    };
  },
};

// ---- a bell over the points, moved by two sliders or by its own two handles

function makeBell() {
  const line = shape("path", { class: "collapse-bell" });
  const handles = [0, 1].map(() => shape("circle", { r: 8, class: "collapse-handle" }));
  return {
    group: shape("g", {}, line, ...handles),
    draw(names, { x, y }, { hands }) {
      const [mean, sd] = names.map((name) => hands[name]);
      if (mean === undefined || sd === undefined) return; // the sliders come later
      const phi = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / sd;
      const at = (z) => [x(mean + sd * z), y(Math.min(phi(z), y.high * 1.5))];
      line.setAttribute("d", path(Array.from({ length: 121 }, (_, i) => at(i / 15 - 4))));
      handles.forEach((handle, z) => {
        handle.setAttribute("cx", at(z)[0]);
        handle.setAttribute("cy", Math.max(at(z)[1], 12));
      });
    },
  };
}

function dragBell(svg, now, card) {
  let dragged = null;
  const at = (event) => event.clientX - svg.getBoundingClientRect().left;
  svg.addEventListener("pointerdown", (event) => {
    const [names, scales] = now() ?? [];
    if (!names || !names.every((name) => card.setters[name])) return;
    const [mean, sd] = names.map((name) => card.hands[name]);
    const near = (value) => Math.abs(scales.x(value) - at(event));
    dragged = near(mean) <= near(mean + sd) && near(mean) <= near(mean - sd) ? 0 : 1;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (dragged === null) return;
    const [names, scales] = now();
    const value = scales.x.back(at(event));
    card.setters[names[dragged]](dragged ? Math.max(0.01, Math.abs(value - card.hands[names[0]])) : value);
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (dragged = null));
}

// ---- a curve drawn by hand: with the pointer in one stroke, or knot by knot with the arrow keys

function sketching(svg, group, now, send) {
  let y = []; // null where nothing is drawn yet
  let last = null;
  let focus = 0;
  const done = later(150, () => send(y));
  const clamp = (value, { low, high }) => Math.min(high, Math.max(low, value));
  const free = (part) => part && !part.locked;
  const text = (value, part) => tidyNumber(part.log ? 10 ** value : value);

  // what is still open on the way from the last point drawn becomes a straight line
  function set(place, value, part) {
    if (place < part.fixed) return;
    y[place] = clamp(value, part);
    const from = y.slice(0, place).findLastIndex((height) => height !== null);
    if (from < 0) return;
    for (let i = from + 1; i < place; i++) y[i] = y[from] + ((part.x[i] - part.x[from]) / (part.x[place] - part.x[from])) * (y[place] - y[from]);
  }

  function draw() {
    const [part, scales] = now();
    if (!part || !scales) return group.replaceChildren();
    const middle = (part.low + part.high) / 2;
    const height = (i) => y[i] ?? y.slice(0, i).findLast((value) => value !== null) ?? middle;
    const line = shape("path", { class: "collapse-drawn", d: path(part.x.map((x, i) => (y[i] === null ? null : [scales.x(x), scales.y(y[i])]))) });
    const knots = part.x.map((x, i) => shape("circle", {
      cx: scales.x(x), cy: scales.y(height(i)), r: 6, class: y[i] === null ? "collapse-open" : "collapse-knot",
      ...(free(part) && i >= part.fixed && {
        role: "slider", tabindex: i === Math.max(focus, part.fixed) ? 0 : -1, "data-knot": i, "aria-orientation": "vertical",
        "aria-label": `${part.label} ${x}`, "aria-valuemin": part.low, "aria-valuemax": part.high,
        "aria-valuenow": height(i), "aria-valuetext": y[i] === null ? part.empty : text(y[i], part),
      }),
    }));
    const held = group.contains(focused(group));
    group.replaceChildren(line, ...knots);
    if (held) knots[focus]?.focus();
  }

  svg.addEventListener("pointerdown", (event) => {
    const [part] = now();
    if (!free(part)) return;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    last = null;
    stroke(event);
  });
  svg.addEventListener("pointermove", (event) => last && stroke(event));
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => last && ((last = null), done.now()));

  function stroke(event) {
    const [part, scales] = now();
    const box = svg.getBoundingClientRect();
    const here = [scales.x.back(event.clientX - box.left), scales.y.back(event.clientY - box.top)];
    const [from, to] = [last ?? here, here];
    const near = part.x.reduce((best, x, i) => (Math.abs(x - here[0]) < Math.abs(part.x[best] - here[0]) ? i : best), 0);
    part.x.forEach((x, i) => {
      if (x < Math.min(from[0], to[0]) || x > Math.max(from[0], to[0])) return;
      set(i, to[0] === from[0] ? to[1] : from[1] + ((x - from[0]) / (to[0] - from[0])) * (to[1] - from[1]), part);
    });
    if (!last || Math.abs(scales.x(part.x[near]) - scales.x(here[0])) < 12) set(near, here[1], part);
    last = here;
    draw();
  }

  group.addEventListener("keydown", (event) => {
    const [part] = now();
    const place = Number(event.target.dataset?.knot);
    if (!free(part) || Number.isNaN(place)) return;
    const step = ((part.high - part.low) / 40) * (event.shiftKey ? 5 : 1);
    const up = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step }[event.key];
    const on = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const end = { Home: part.low, End: part.high }[event.key];
    if (on) focus = Math.min(part.x.length - 1, Math.max(part.fixed, place + on));
    else if (up || end !== undefined) {
      const before = y[place] ?? y.slice(0, place).findLast((value) => value !== null) ?? (part.low + part.high) / 2;
      set(place, end ?? before + up, part);
      done();
    } else return;
    event.preventDefault();
    draw();
  });
  group.addEventListener("focusin", (event) => (focus = Number(event.target.dataset.knot)));

  return {
    draw,
    take(part) {
      if (part && !last && !done.waiting()) y = [...part.y];
    },
  };
}

// ---- plumbing

function later(pause, work) {
  let timer = null;
  const now = () => {
    clearTimeout(timer);
    timer = null;
    work();
  };
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(now, pause);
  };
  return Object.assign(ask, { now, waiting: () => timer !== null });
}

function arrange(parent, nodes) {
  nodes.forEach((node, i) => parent.children[i] !== node && parent.insertBefore(node, parent.children[i] ?? null));
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

// In the page's head, or in the shadow tree in which some hosts draw a widget
function dressed(el) {
  const home = el.getRootNode() instanceof ShadowRoot ? el.getRootNode() : document.head;
  if (home.querySelector("style[data-collapse=card]")) return;
  home.append(tag("style", { "data-collapse": "card" }, LOOKS));
}

// whatever tree a node stands in: the document's own active element would be the tree's host
const focused = (node) => node.getRootNode().activeElement ?? null;

export default {
  async render({ model, el }) {
    const kernel = await model.widget_manager?.get_model(model.get("runtime").replace("IPY_MODEL_", ""));
    const root = tag("div", { class: "collapse-card", role: "group", tabindex: "-1" });
    const lost = tag("p", { class: "collapse-words collapse-trouble", role: "alert" });
    const below = tag("div", { class: "collapse-card", hidden: "" }, lost);
    el.append(root, below);
    const built = new Map();
    const card = {
      sent: {}, // what Python knows of each field: it overwrites a field only with something new
      hands: {}, // where the sliders stand now
      setters: {},
      movers: new Set(),
      moved: () => card.movers.forEach((move) => move()),
      send(name, value) {
        const alone = kernel?.comm_live === false;
        below.hidden = !alone;
        put(lost, alone ? model.get("content").lost : "");
        if (!alone) model.send({ do: name, ...(value !== undefined && { value }) });
      },
      press: ({ name, value }) => card.send(name, value ?? undefined),
    };

    function show() {
      const { title, parts } = model.get("content");
      const held = root.contains(focused(root));
      root.setAttribute("aria-label", title);
      const places = {};
      const nodes = (parts ?? []).map((part) => {
        const sort = part.live ? `live ${part.kind}` : part.kind; // what is spoken stays one node
        const place = (places[sort] = (places[sort] ?? 0) + 1);
        const id = `${sort}/${part.name ?? place}`;
        if (!built.has(id)) built.set(id, KINDS[part.kind](part, card));
        built.get(id).show(part);
        return built.get(id).node;
      });
      const page = nodes.find((node) => node.matches(".collapse-lines") && !root.contains(node)); // to write on, now
      arrange(root, nodes);
      // what had the focus is gone
      if (held && !root.contains(focused(root))) (page?.querySelector("textarea") ?? root).focus();
      card.moved();
    }

    // keys work in the card, and in the panel that the card belongs to
    const keys = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target.matches("textarea, input[type=text], [contenteditable=true]")) return;
      for (const { pressed } of built.values()) {
        const part = pressed?.(event.key.toLowerCase());
        if (!part) continue;
        event.preventDefault();
        card.press(part);
        return;
      }
    };
    // JupyterLab would take arrows and letters for itself; it looks at the focused element alone
    const ours = ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true");
    let home = null;
    const attached = new ResizeObserver(() => {
      if (home) return;
      home = el.closest(".collapse-lectern") ?? root;
      home.addEventListener("focusin", ours);
      home.addEventListener("keydown", keys);
    });
    attached.observe(root);
    const styled = new ResizeObserver(() => dressed(el)); // once it stands in its tree
    styled.observe(root);

    const told = (message) => {
      if (message.save) saveFile(message, model).then(() => card.send("saved", message.name), (error) => card.send("unsaved", String(error.message ?? error)));
    };
    model.on("change:content", show);
    model.on("msg:custom", told);
    show();
    return () => {
      attached.disconnect();
      styled.disconnect();
      home?.removeEventListener("focusin", ours);
      home?.removeEventListener("keydown", keys);
      model.off("change:content", show);
      model.off("msg:custom", told);
    };
  },
};
