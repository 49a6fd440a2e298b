// Lists by keyboard: j and k move, Enter or o opens; in the review queue keys choose, and nothing is sent by them.
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const here = () => rows[at];
  const go = (step) => {
    at = Math.min(rows.length - 1, Math.max(0, at + step));
    rows.forEach((row, place) => row.classList.toggle("tf-here", place === at));
    const link = here().querySelector("a");
    (here().tabIndex === -1 && here().tagName === "FIELDSET" ? here() : link).focus({ preventScroll: true });
    here().scrollIntoView({ block: "nearest" });
  };
  const choose = (found) => { if (found && !found.disabled) found.checked = true; };
  const within = (query) => here() && here().querySelector(query);
  document.addEventListener("keydown", (event) => {
    const isChoice = event.target.matches("[data-queue] [type=radio], [data-queue] [type=checkbox]");
    if (isChoice && event.key === "Enter") event.preventDefault(); // only the button decides
  });
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    o: () => within("a") && within("a").click(),
    c: () => choose(within("[data-choice=create]")),
    i: () => choose(within("[data-choice=ignore]")),
    u: () => choose(within("[data-choice=wait]")),
    x: () => { const box = within("[name=ticked]"); if (box) box.checked = !box.checked; },
    "/": () => { const box = document.querySelector("[data-focus-key='/']"); if (box) box.focus(); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || (!rows.length && event.key !== "/")) return;
    if (/^[1-5]$/.test(event.key)) {
      choose(here() && here().querySelectorAll("[name^=decision-][value^='link:']")[Number(event.key) - 1]);
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => document.querySelectorAll("[name=ticked]").forEach((box) => { box.checked = all.checked; }));
  }
})();
