// The quality-control game. Every word and every answer comes from Python; here they are shown,
// and what the hand does is sent back: the name of a method and a value.
const COLUMNS = 10;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function picture(page) {
  const holder = element("span", { class: "bird" });
  holder.innerHTML = page.picture; // ours, drawn in Python from our own features
  return holder;
}

export default {
  render({ model, el }) {
    const get = (name) => (name === "pages" ? model.get("pages") : model.get("content")[name]);
    const act = (name, value = null) => model.send({ do: name, value });
    const root = element("section", { class: "field-guide", "aria-label": get("words").title, "data-lm-suppress-shortcuts": "true" });
    const said = element("p", { class: "said", role: "status" });
    const stage = element("div", { class: "stage" });
    root.append(said, stage);
    el.replaceChildren(root);

    const button = (name, hook, handler) => {
      const node = element("button", { type: "button", "data-guide": hook }, get("words")[name]);
      node.addEventListener("click", handler);
      return node;
    };

    function card(caption, k) {
      const page = get("pages")[k];
      return element("figure", { class: "card" },
        element("small", {}, caption), picture(page), element("figcaption", {}, page.name));
    }

    function answer(k) {
      const { shown, sure } = get("pages")[k];
      const words = get("words");
      const right = shown === k;
      const mark = element("span", { class: right ? "mark" : "mark wrong" },
        right ? `✓ ${words.right}` : `✗ ${words.wrong}`);
      return element("div", { class: "answer" },
        card(words["asked for"], k), element("span", { class: "arrow", "aria-hidden": "true" }, "→"),
        card(words.shows, shown), element("div", { class: "sure" }, element("small", {}, words.says), element("b", {}, `${sure} ${words.sure}`), mark));
    }

    function examination() {
      const { asked, questions, words } = model.get("content");
      const over = asked >= questions.length;
      const strip = element("ol", { class: "strip" }, ...questions.map((k, i) => {
        if (i >= asked) return element("li", {});
        const right = get("pages")[k].shown === k;
        const item = element("li", { class: right ? "hit" : "miss" }, right ? "✓" : "✗");
        item.title = `${get("pages")[k].name}: ${right ? words.right : words.wrong}`;
        return item;
      }));
      const buttons = element("div", { class: "buttons" },
        button("next", "next", () => act("ask")),
        button("rest", "rest", () => act("ask", questions.length)),
        button("back", "back", () => act("send_back")),
        button("ship", "ship", () => act("ship")));
      const [next, rest, back, ship] = buttons.children;
      next.disabled = rest.disabled = over;
      back.disabled = ship.disabled = !over;
      stage.replaceChildren(strip, asked ? answer(questions[asked - 1]) : element("div", { class: "answer" }), buttons);
    }

    let flipped = false;
    function guide() {
      const words = get("words");
      const open = get("page");
      const grid = element("div", { class: flipped ? "pages" : "pages flip", role: "group", "aria-label": words.guide });
      get("pages").forEach((page, k) => {
        const node = element("button", {
          type: "button", class: page.gone ? "page gone" : "page", "data-page": k,
          "aria-pressed": String(k === open), "aria-label": page.gone ? `${page.name}, ${words.gone}` : page.name,
          tabindex: k === open ? 0 : -1,
        }, picture(page), element("span", {}, page.gone ? `✗ ${page.name}` : page.name));
        node.style.setProperty("--turn", `${k * 25}ms`);
        node.addEventListener("click", () => act("look_up", page.kind));
        grid.append(node);
      });
      grid.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
        const from = [...grid.children].indexOf(document.activeElement);
        const to = grid.children[from + step];
        if (!step || !to) return;
        event.preventDefault();
        grid.children[from].tabIndex = -1;
        to.tabIndex = 0;
        to.focus();
      });
      stage.replaceChildren(
        element("div", { class: "facts" }, ...get("facts").map((fact) => element("p", {}, fact))),
        grid,
        element("div", { class: "looked-up", "aria-live": "polite" }, answer(open), element("p", {}, get("answer")),
          element("div", { class: "buttons" }, button("again", "again", () => act("again")))));
    }

    function draw() {
      said.textContent = get("said");
      const hooks = ["data-guide", "data-page"];
      const active = root.contains(document.activeElement) ? document.activeElement : null;
      const hook = active && hooks.find((name) => active.hasAttribute(name));
      const key = hook && `[${hook}="${active.getAttribute(hook)}"]`;
      if (get("decision")) guide();
      else examination();
      flipped = Boolean(get("decision"));
      if (!active) return; // the keyboard stays where it was, or goes to the next thing to do
      const again = key && root.querySelector(`${key}:not(:disabled)`);
      (again ?? root.querySelector('[data-guide="ship"]:not(:disabled), [data-page][tabindex="0"], [data-guide="next"]:not(:disabled)'))?.focus();
    }

    const follow = ["pages", "content"];
    let due = null; // both change together: draw once
    const soon = () => (due ??= requestAnimationFrame(() => ((due = null), draw())));
    for (const name of follow) model.on(`change:${name}`, soon);
    draw();
    return () => {
      cancelAnimationFrame(due);
      for (const name of follow) model.off(`change:${name}`, soon);
    };
  },
};
