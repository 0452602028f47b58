// Reads what packing.py has packed: the leaves of one setting of a grid, ready for figure.js.
const collapseGrid = (() => {
  "use strict";

  // grid    {plain: {path: value}, tables: {path: {groups, index}}, coded}
  // bytes   Uint8Array, unzipped
  // returns (setting) => {path: leaf}; a leaf that two settings share is one object
  function open({ plain, tables, coded }, bytes) {
    const leaves = new Map();
    const groups = Object.values(tables).flatMap((table) => table.groups).flatMap((group) => [group.along, group]);
    const next = reader(coded, bytes);
    for (const group of groups) if (group?.lines) group.levels = levels(group, next);
    return (setting) => {
      const scene = { ...plain };
      for (const [path, { groups, index }] of Object.entries(tables)) {
        const key = `${path} ${index[setting]}`;
        if (!leaves.has(key)) leaves.set(key, leaf(groups, index[setting], bytes));
        scene[path] = leaves.get(key);
      }
      return scene;
    };
  }

  // ---- the stream of coding.py: surprises, each by the size that was expected --------------

  const BITS = 12;

  // returns (class) => the next surprise
  function reader({ place, words, far: many, plain, classes, symbols, lanes }, bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + place);
    const whole = 1 << BITS;
    const starts = new Uint16Array(classes * (symbols + 1));
    const symbol = new Uint8Array(classes * whole); // by class and share
    for (let c = 0, at = 0; c < classes; c++) {
      for (let s = 0, sum = 0; s < symbols; s++, at += 2) {
        const share = view.getUint16(at, true);
        symbol.fill(s, c * whole + sum, c * whole + sum + share);
        sum += share;
        starts[c * (symbols + 1) + s + 1] = sum;
      }
    }
    let at = 2 * classes * symbols;
    let far = at + 2 * words;
    let low = 8 * (far + 4 * many);
    const bit = () => (view.getUint8(low >> 3) >> (7 - (low++ & 7))) & 1;
    const word = () => view.getUint16((at += 2) - 2, true);
    const states = Float64Array.from({ length: lanes }, () => word() * 65536 + word());
    let lane = 0;
    return (c) => {
      const state = states[lane];
      const share = state & (whole - 1);
      const s = symbol[c * whole + share];
      const start = starts[c * (symbols + 1) + s];
      const width = starts[c * (symbols + 1) + s + 1] - start;
      const left = width * Math.floor(state / whole) + share - start;
      states[lane] = left < 65536 ? left * 65536 + word() : left;
      lane = (lane + 1) % lanes;
      let folded = s < symbols - 1 ? s : view.getUint32((far += 4) - 4, true);
      if (s < symbols - 1) for (let i = (c >> 1) - plain; i > 0; i--) folded = 2 * folded + bit();
      return folded % 2 ? -(folded + 1) / 2 : folded / 2;
    };
  }

  // the whole numbers of a group, one after the other as they lie in its lines
  function levels({ count, lines: [lines, width], order, from, gains, expected }, next) {
    const found = new Float64Array(count * lines * width);
    for (let k = 0; k < count; k++) {
      for (let line = 0; line < lines; line++) {
        const i = (k * lines + line) * width;
        const source = from[k] < 0 ? null : found.subarray((from[k] * lines + line) * width, (from[k] * lines + line + 1) * width);
        let size = expected;
        let step = 0;
        for (let t = 0; t < width; t++) {
          const octave = 31 - Math.clz32(size + 8);
          const rest = next(Math.min(2 * (octave - 3) + (((size + 8) >> (octave - 1)) & 1), 27));
          if (!t) {
            found[i] = rest + (line ? found[i - width] : k ? found[(k - 1) * lines * width] : 0);
            continue;
          }
          let told = 0;
          if (source) {
            const last = t > 1 && order === 2 ? source[t - 1] - source[t - 2] : 0;
            told = Math.floor((gains[k] * (source[t] - source[t - 1] - last) + 8) / 16);
          }
          step = rest + told + (order === 2 ? step : 0);
          found[i + t] = found[i + t - 1] + step;
          size += 4 * Math.min(Math.abs(rest), 4096) - (size >> 3);
        }
      }
    }
    return found;
  }

  // ---- leaves --------------------------------------------------------------------------------

  function leaf(groups, number, bytes) {
    const group = groups.find(({ count }) => {
      if (number < count) return true;
      number -= count;
      return false;
    });
    if (group.values) return group.values[number];
    const { op, loop, shape, along } = group;
    const curve = along && read(along, 0, [1, along.shape[0]], bytes);
    const [lines, width] = layout(op, shape);
    const values = read(group, number, [lines, width], bytes);
    return { op, loop, shape, along: curve, values: op === "at" && lines > 1 ? turned(values, lines, width) : values };
  }

  // how the numbers lie in the buffer: the generations last
  function layout(op, shape) {
    if (op === "all") return [1, shape.reduce((a, b) => a * b, 1)];
    return op === "upto" ? shape : [shape[1] ?? 1, shape[0]];
  }

  function turned(values, lines, width) {
    const rows = new values.constructor(values.length);
    for (let i = 0; i < lines; i++) for (let t = 0; t < width; t++) rows[t * lines + i] = values[i * width + t];
    return rows;
  }

  function read(group, number, [lines, width], bytes) {
    const size = lines * width;
    if (group.code === "raw") {
      const start = bytes.byteOffset + group.place + number * size * group.bytes;
      const copy = bytes.buffer.slice(start, start + size * group.bytes);
      return group.bytes === 8 ? new Float64Array(copy) : new Float32Array(copy);
    }
    const values = group.code === "decimal" ? new Float64Array(size) : new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const level = group.levels[number * size + i];
      values[i] = group.code === "decimal" ? decimal(group, level) : linear(group, level, Math.floor(i / width));
    }
    return values;
  }

  const linear = ({ low, step }, level, line) => (level ? low[line] + (level - 1) * step[line] : NaN);

  function decimal({ low, digits, signed }, level) {
    if (level < 2) return level ? 0 : NaN;
    const first = 10 ** (digits - 1);
    const sign = signed && level % 2 ? "-" : "";
    const code = (signed ? Math.floor((level - 2) / 2) : level - 2) + low;
    const power = Math.floor(code / (9 * first));
    return Number(`${sign}${code - 9 * first * power + first}e${power - digits + 1}`);
  }

  return { open };
})();
