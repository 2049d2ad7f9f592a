// The theme is the reader's own: kept in the browser, asked of nobody.
const root = document.documentElement;
const kept = localStorage.getItem("theme");
if (kept) root.dataset.theme = kept;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
// The search by Ctrl K, as its field says.
document.addEventListener("keydown", (event) => {
  const find = document.getElementById("find");
  if (!find || !(event.ctrlKey || event.metaKey) || event.code !== "KeyK") return;
  event.preventDefault();
  find.focus();
  find.select();
});
// A field of a file speaks the language of the page, not that of the browser; without scripts it stays as it is.
for (const field of document.querySelectorAll("input[type=file]")) {
  const { fileChoose, fileNone } = document.body.dataset;
  const shown = document.createElement("label");
  const button = document.createElement("span");
  const name = document.createElement("span");
  shown.className = "file";
  shown.htmlFor = field.id;
  button.className = "button";
  button.textContent = fileChoose;
  button.setAttribute("aria-hidden", "true");
  shown.append(button, name);
  const tell = () => { name.textContent = [...field.files].map((file) => file.name).join(", ") || fileNone; };
  field.addEventListener("change", tell);
  field.classList.add("behind");
  field.after(shown);
  tell();
}
// Rows of a list by J and K, as the foot of the list says; not while somebody types.
document.addEventListener("keydown", (event) => {
  if (!["j", "k", "о", "л"].includes(event.key.toLowerCase()) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("table.listed :is(td.subject, th.who) > a:first-child")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at + (["j", "о"].includes(event.key.toLowerCase()) ? 1 : -1)] || (at < 0 ? rows[0] : null);
  if (next) next.focus();
});
// How much waits behind each entry of the menu: asked for once the page stands.
const menu = document.getElementById("menu");
if (menu) fetch("/waiting/").then((answer) => (answer.ok ? answer.json() : {})).then((counts) => {
  for (const link of document.querySelectorAll("#menu a, nav.bottom a")) {
    const count = counts[link.getAttribute("href")];
    if (!count) continue;
    const shown = document.createElement("span");
    shown.className = "count";
    shown.textContent = count;
    link.append(" ", shown);
  }
}).catch(() => {});
