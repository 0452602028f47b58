// Host of figure.js in a notebook. It stands with plotly.js and figure.js on the page's shelf,
// whatever the number of figures.
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
    const { textContent: label, title: help } = slider.querySelector(".widget-label") ?? {};
    const parts = slider.querySelectorAll(".widget-readout, .collapse-meaning");
    const text = [...parts].map((part) => part.textContent).join(", ");
    if (handle && label) set(handle, "aria-label", label);
    if (handle && help && help !== "null") set(handle, "aria-description", help);
    if (handle && text) set(handle, "aria-valuetext", text);
    const readout = slider.querySelector(".widget-readout"); // typing there would do nothing
    if (readout) set(readout, "contenteditable", "false");
    if (readout) set(readout, "tabindex", "-1");
  }
  for (const choice of panel.querySelectorAll(".widget-toggle-buttons")) {
    const { textContent: label, title: help } = choice.querySelector(".widget-label") ?? {};
    if (label) set(choice, "role", "group");
    if (label) set(choice, "aria-label", label);
    if (help && help !== "null") set(choice, "aria-description", help);
  }
  for (const toggle of panel.querySelectorAll(".widget-toggle-button")) {
    set(toggle, "aria-pressed", String(toggle.classList.contains("mod-active")));
  }
}

// JupyterLab and Notebook would take arrows and letters for themselves: they look at the focused
// element first, so the mark must stand there
const ours = ({ target }) => set(target, "data-lm-suppress-shortcuts", "true");

function set(node, attribute, value) {
  if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

// A slider that moves while nobody answers would lie. If no scene comes, the kernel is told again
// where the sliders stand, past ipywidgets' own queue: that one waits for ever for an answer that
// was lost with its connection. Without a kernel the sliders go back, and the panel says so.
const PATIENCE = 2000; // milliseconds

async function listen(model, figure, closed) {
  const kernel = await other(model, model.get("runtime")); // of this widget's own kernel, if it has one
  /** @type {[string, any][]} */
  const named = await Promise.all(Object.entries(model.get("sliders")).map(async ([name, reference]) => [name, await other(model, reference)]));
  const sliders = new Map(named);
  let drawn = model.get("patch").places; // where the sliders stood for the scene on the screen
  const wanted = new Map(); // where the hand has put them since
  let timer = null;
  let waiting = null; // what each slider's queue held when the kernel was told again

  function answered() {
    drawn = model.get("patch").places ?? drawn;
    for (const [name, place] of wanted) if (drawn[name] === place) wanted.delete(name);
    quiet();
    if (wanted.size) moved();
  }
  function quiet() {
    clearTimeout(timer);
    timer = null;
    figure.tell("");
  }
  function moved() {
    if (kernel.comm_live === false) return alone();
    timer ??= setTimeout(again, PATIENCE, PATIENCE);
  }
  function again(waited) {
    if (kernel.comm_live === false) return alone();
    waiting = named.map(([, slider]) => slider._msg_buffer ?? null);
    try {
      model.send({ places: Object.fromEntries(wanted) });
    } catch {
      return alone(); // a kernel that was shut down
    }
    if (waited > PATIENCE) figure.tell("The kernel has not answered yet: it may be busy, or the connection is gone. Your setting is sent again and again.");
    timer = setTimeout(again, 2 * waited, Math.min(2 * waited, 30_000));
  }
  function alone() {
    quiet();
    wanted.clear();
    for (const [name, place] of Object.entries(drawn)) sliders.get(name).set("index", place);
    figure.tell("Not connected to a kernel: the sliders stay where the picture is. Run this cell again to move them; Play, the generations and the numbers need none.");
  }
  function heard(message) {
    if (!message.heard) return;
    named.forEach(([, slider], i) => {
      const stuck = waiting && slider._pending_msgs > 0 && (slider._msg_buffer ?? null) === waiting[i];
      if (stuck) Object.assign(slider, { _pending_msgs: 0, _msg_buffer: null });
    });
    wanted.clear(); // it has them, and its scene is on its way
    quiet();
  }
  const press = (event) => event.target.closest("button") && kernel.comm_live === false && alone();

  // by the hand: what comes from the kernel is set under a lock
  const change = (slider) => {
    const [name] = named.find(([, one]) => one === slider);
    if (slider._state_lock || slider.get("index") === drawn[name]) return;
    wanted.set(name, slider.get("index"));
    waiting = null; // whatever is on its way now need not be lost
    moved();
  };
  for (const slider of sliders.values()) slider.on("change:index", change);
  model.on("change:patch", answered);
  model.on("msg:custom", heard);
  closed.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const slider of sliders.values()) slider.off("change:index", change);
    model.off("change:patch", answered);
    model.off("msg:custom", heard);
  });
  return press;
}

const other = (model, reference) => model.widget_manager.get_model(reference.replace("IPY_MODEL_", ""));

async function render({ model, el }) {
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
  const patch = () => {
    const { scene, buffer } = model.get("patch") ?? {};
    if (scene) figure.apply(scene, buffer);
  };
  const look = () => figure.look(model.get("cursor"));
  patch();
  model.on("change:patch", patch);
  model.on("change:cursor", look);

  const closed = new AbortController();
  const when = (node, type, work) => node.addEventListener(type, work, { signal: closed.signal });
  const press = listen(model, figure, closed.signal);
  when(el, "focusin", ours);

  // the panel around it is there once the figure has a size
  const watch = new MutationObserver(tidy);
  const attached = new ResizeObserver(() => {
    if (panel) return;
    panel = el.closest(".collapse-panel");
    const inputs = panel?.querySelector(".collapse-inputs");
    if (!inputs) return;
    tidy();
    when(inputs, "focusin", ours);
    when(inputs, "click", async (event) => (await press)(event));
    watch.observe(inputs, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
  });
  attached.observe(el);
  return () => {
    closed.abort();
    attached.disconnect();
    watch.disconnect();
    figures.delete(mine);
    figure.destroy();
  };
}
