// Files for the downloads folder: SVG and PNG by the page's own plotly.js, CSV as it came. The
// state that a figure shows travels inside the file, so that the panel can be opened there again.
async function saveFile(message, model) {
  const { save: kind, name, text, figure, state, say } = message;
  if (kind === "csv") return offer(new Blob(["\ufeff", text], { type: "text/csv" }), name);
  const Plotly = await plotly(message, model);
  const options = { format: kind, width: 1200, height: figure.layout.height ?? 460, scale: kind === "png" ? 2 : 1 };
  const url = await Plotly.toImage(figure, options);
  const blob = await (await fetch(url)).blob();
  if (kind === "svg") return offer(new Blob([described(await blob.text(), state, say)], { type: "image/svg+xml" }), name);
  return offer(await tagged(blob, { Source: state, Description: say }), name);
}

async function plotly({ runtime, version }, model) {
  await model.widget_manager.get_model(runtime.slice(10)); // "IPY_MODEL_…": now it is on its way
  const shelf = globalThis[Symbol.for("collapse_lib")];
  for (let tries = 0; tries < 200; tries++) {
    if (shelf?.has(version)) return (await shelf.get(version)).Plotly;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("plotly.js did not arrive");
}

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function described(svg, state, say) {
  const picture = new DOMParser().parseFromString(svg, "image/svg+xml");
  const root = picture.documentElement;
  const add = (tag, text) => {
    const node = picture.createElementNS(SVG, tag);
    node.textContent = text;
    root.prepend(node);
  };
  add("metadata", state);
  add("desc", say);
  return new XMLSerializer().serializeToString(picture);
}

// PNG: a signature, then chunks of (length, type, data, CRC); texts go in before the last one
async function tagged(blob, texts) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const chunks = Object.entries(texts).map(([key, text]) => chunk("iTXt", new TextEncoder().encode(`${key}\0\0\0\0\0${text}`)));
  const end = bytes.length - 12;
  return new Blob([bytes.slice(0, end), ...chunks, bytes.slice(end)], { type: "image/png" });
}

function chunk(type, data) {
  const body = new Uint8Array([...new TextEncoder().encode(type), ...data]);
  const whole = new DataView(new ArrayBuffer(body.length + 8));
  whole.setUint32(0, data.length);
  new Uint8Array(whole.buffer).set(body, 4);
  let crc = ~0;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  whole.setUint32(body.length + 4, ~crc);
  return whole;
}
