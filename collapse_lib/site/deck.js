// The deck: reveal.js, keys for presets and hands, frames that fill the slide, votes.
"use strict";
(() => {
  const slides = document.querySelector(".slides");
  const WIDTH = 1080; // of a figure, in pixels of its own: few lines wrap, and its height sets the type
  const BELOW = 52; // its last lines, the address and the table: they scroll, the credit stays

  // ---- figures: as large as the slide allows
  const fit = (frame) => {
    const { clientWidth: width, clientHeight: room } = frame.parentElement;
    const scale = Math.min(width / WIDTH, room / (frame.wanted - BELOW));
    if (!(scale > 0)) return; // not on the screen, or not heard of yet
    const left = (width - WIDTH * scale) / 2;
    frame.style.cssText = `width: ${WIDTH}px; height: ${room / scale}px; transform: translateX(${left}px) scale(${scale})`;
  };
  /** @typedef {HTMLIFrameElement & { wanted?: number }} Frame its height, once it has said it */
  const frames = /** @type {Frame[]} */ ([...slides.querySelectorAll(".figure iframe")]);
  addEventListener("message", ({ data, source }) => {
    const frame = frames.find(({ contentWindow }) => contentWindow && contentWindow === source);
    if (data?.type !== "collapse-height" || !frame) return;
    frame.wanted = Number(data.height);
    fit(frame);
  });
  for (const frame of frames) {
    frame.addEventListener("mouseleave", () => focus()); // the keys are the deck's again
  }
  /** @param {HTMLElement} button */
  const show = (button) => {
    const frame = button.closest("section").querySelector("iframe");
    const address = frame.dataset.src.split("#")[0];
    frame.src = `${address}#${button.dataset.state}`;
    for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
  };
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (slides.querySelectorAll(".presets button"))) {
    button.addEventListener("click", () => show(button));
  }

  // ---- votes: hands or letters, before and after the talk
  /** @typedef {HTMLElement & { raise?: (place: number) => void }} Vote */
  for (const vote of /** @type {NodeListOf<Vote>} */ (slides.querySelectorAll(".vote"))) {
    const steps = [...vote.querySelectorAll("[data-step]")];
    const letters = vote.querySelector("textarea");
    const said = vote.querySelector("[role=status]");
    const clock = /** @type {HTMLOutputElement} */ (vote.querySelector("[data-step='1'] output"));
    /** @type {ReturnType<typeof setInterval>} */ let ticking;
    const round = () => (steps[2].ariaPressed === "true" ? 1 : 0);
    const inputs = /** @type {HTMLInputElement[]} */ ([...vote.querySelectorAll("input[data-round]")]);
    const fields = (number) => inputs.filter((input) => input.dataset.round === String(number));
    const draw = () => {
      for (const number of [0, 1]) {
        const counts = fields(number).map((input) => Math.max(0, Number(input.value) || 0));
        const all = counts.reduce((sum, count) => sum + count, 0);
        vote.querySelectorAll(`meter[data-round="${number}"]`).forEach((/** @type {HTMLMeterElement} */ meter, i) => {
          meter.value = all ? counts[i] / all : 0;
          meter.textContent = meter.title = `${Math.round(100 * meter.value)} %`;
        });
      }
    };
    vote.raise = (place) => {
      const input = fields(round())[place];
      if (!input) return;
      input.value = String(Number(input.value) + 1);
      draw();
    };
    vote.addEventListener("input", ({ target }) => {
      if (target !== letters) return draw();
      const found = (letters.value.match(/\b[a-z]{3}\b/gi) ?? []).map((code) => codes.read(vote.dataset.vote, code));
      const now = fields(round());
      const good = found.filter((place) => place < now.length);
      now.forEach((input, i) => (input.value = String(good.filter((place) => place === i).length)));
      said.textContent = `${good.length} votes` + (good.length < found.length ? `, ${found.length - good.length} not understood` : "");
      draw();
    });
    steps.forEach((/** @type {HTMLElement} */ step, i) => step.addEventListener("click", () => {
      for (const other of steps) other.ariaPressed = String(other === step);
      vote.dataset.step = String(i);
      letters.value = said.textContent = "";
      clearInterval(ticking);
      let left = 120;
      const tell = () => (clock.value = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
      tell();
      if (i === 1) ticking = setInterval(() => (left > 0 ? (left--, tell()) : clearInterval(ticking)), 1000);
    }));
    draw();
  }

  // ---- keys: a preset, or a hand for an answer
  const digit = (place) => () => {
    const slide = Reveal.getCurrentSlide();
    const preset = slide.querySelectorAll(".presets button")[place];
    if (preset) show(preset);
    slide.querySelector(".vote")?.raise(place);
  };
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0.02,
    center: false,
    display: "flex",
    hash: true,
    slideNumber: "c/t",
    transition: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "slide",
    totalTime: 60 * minutes,
    keyboard: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [49 + i, digit(i)])),
    plugins: [RevealNotes],
  });
  Reveal.on("slidechanged", () => frames.forEach(fit));
})();
