// The extension page: its row is edited in place, and its list of resources searched.
document.documentElement.classList.add("tf-script");
document.addEventListener("DOMContentLoaded", () => {
  editRow();
  chooseStandardUrl();
  choosePeople();
});

function editRow() {
  const row = document.querySelector("[data-row]");
  if (!row) return;
  const inputs = [...row.querySelectorAll("input")];
  let before = inputs.map((input) => input.value);
  const shown = (name) => row.querySelector(`[data-shows="${name}"]`);
  const close = () => { row.classList.remove("tf-open"); row.querySelector("[data-edit]").focus(); };
  row.querySelector("[data-edit]").addEventListener("click", () => {
    before = inputs.map((input) => input.value);
    row.classList.add("tf-open");
    inputs[0].focus();
  });
  row.addEventListener("keydown", (event) => {
    const pressed = { Enter: "[data-ok]", Escape: "[data-undo]" }[event.key];
    if (!pressed || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // Enter would save the whole page
    row.querySelector(pressed).click();
  });
  row.querySelector("[data-ok]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const input of inputs) {
      if (input.type !== "password") shown(input.name).textContent = input.value || "—";
      else if (input.value) shown(input.name).textContent = "•••••••• (new, not saved yet)";
    }
    close();
  });
  row.querySelector("[data-undo]").addEventListener("click", (event) => {
    event.preventDefault();
    inputs.forEach((input, place) => { input.value = before[place]; });
    close();
  });
}

function chooseStandardUrl() {
  const url = document.getElementById("id_url");
  if (!url || !document.querySelector("input[name=method]")) return;
  const soap = "https://login.salesforce.com/services/Soap/u/64.0", own = "https://yourcompany.my.salesforce.com";
  document.addEventListener("change", (event) => {
    if (event.target.name !== "method" || ![soap, own].includes(url.value)) return;
    url.value = event.target.value === "password" ? soap : own;
    document.querySelector('[data-shows="url"]').textContent = url.value;
  });
}

function choosePeople() {
  const list = document.querySelector("[data-people]");
  if (!list) return;
  const search = document.getElementById("search-people"), number = document.getElementById("number-chosen");
  const lines = [...list.querySelectorAll("li")];
  const count = () => { number.textContent = list.querySelectorAll("input:checked").length; };
  search.addEventListener("input", () => {
    const sought = search.value.trim().toLocaleLowerCase();
    for (const line of lines) line.hidden = !line.textContent.toLocaleLowerCase().includes(sought);
  });
  document.getElementById("select-shown").addEventListener("click", () => {
    for (const line of lines) if (!line.hidden) line.querySelector("input").checked = true;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    list.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
    count();
  });
  list.addEventListener("change", count);
}
