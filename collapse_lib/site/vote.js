// The page on a listener's phone: the question of the address, and letters for an answer.
"use strict";
(() => {
  const questions = JSON.parse(document.getElementById("questions").textContent);
  const box = document.getElementById("answers");
  const code = document.getElementById("code");
  const ask = () => {
    const key = location.hash.slice(1);
    if (!Object.hasOwn(questions, key)) return;
    const { question, answers } = questions[key];
    document.getElementById("question").textContent = question;
    code.textContent = "";
    box.replaceChildren(...answers.map((answer, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${"ABCDEFGH"[place]}  ${answer}`;
      button.addEventListener("click", () => {
        for (const other of box.children) other.setAttribute("aria-pressed", String(other === button));
        code.textContent = codes.write(key, place);
      });
      return button;
    }));
  };
  addEventListener("hashchange", ask);
  ask();
})();
