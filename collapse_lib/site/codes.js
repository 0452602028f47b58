// An answer as three letters, and back: nobody reads a neighbour's answer off them at a glance.
"use strict";
const codes = (() => {
  const LETTERS = "BCDFGHJKLMNPQRSTVWXZ"; // no vowels: no words
  const ALL = LETTERS.length ** 3;
  const ANSWERS = 8;
  const STRIDE = 4801; // shares no factor with ALL, so that every number has its place
  const salt = (key) => [...key].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % ALL, 7);

  function write(key, answer) {
    const luck = Math.floor((Math.random() * ALL) / ANSWERS);
    let rest = ((answer + ANSWERS * luck) * STRIDE + salt(key)) % ALL;
    let code = "";
    for (let i = 0; i < 3; i++) {
      code = LETTERS[rest % LETTERS.length] + code;
      rest = Math.floor(rest / LETTERS.length);
    }
    return code;
  }

  // The answer's place; no number for letters that cannot be a code.
  function read(key, code) {
    const digits = [...code.toUpperCase()].map((letter) => LETTERS.indexOf(letter));
    if (digits.length !== 3 || digits.includes(-1)) return NaN;
    const number = digits.reduce((sum, digit) => sum * LETTERS.length + digit, 0);
    let back = (number - salt(key) + ALL) % ALL;
    for (let place = 0; place < ALL; place++) if ((place * STRIDE) % ALL === back) return place % ANSWERS;
    return NaN;
  }

  return { read, write };
})();
