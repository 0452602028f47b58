// Reads what packing.py has packed: the leaves of one setting of a grid, ready for figure.js.
const collapseGrid = (() => {
  "use strict";

  // grid    {plain: {path: value}, tables: {path: {groups, index}}}
  // bytes   Uint8Array, unzipped
  // returns (setting) => {path: leaf}; a leaf that two settings share is one object
  function open({ plain, tables }, bytes) {
    const leaves = new Map();
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
    const { place, count, planes } = group;
    const values = group.code === "decimal" ? new Float64Array(size) : new Float32Array(size);
    for (let line = 0; line < lines; line++) {
      let level = 0;
      for (let t = 0; t < width; t++) {
        const i = line * width + t;
        let folded = 0;
        for (let p = planes; p--; ) folded = folded * 256 + bytes[place + (p * count + number) * size + i];
        level += folded % 2 ? -(folded + 1) / 2 : folded / 2;
        values[i] = group.code === "decimal" ? decimal(group, level) : linear(group, level, line);
      }
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
