// The page's own script: charts, hover, choice of a member, table. Names from studies reach the page as text only.
"use strict";

const data = JSON.parse(document.getElementById("report-data").textContent);
const members = new Map(Object.entries(data.points));
const tooltip = document.getElementById("tooltip");
const views = new Map();

// MARK: Elements

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// MARK: Members

const dimensions = ["Heads", "Query/key width per head", "Value width per head", "MLP hidden width"];

// One dimension of every block as bars, the baseline's as a line over them.
function bars(member, dimension, numbered) {
  const [width, top, height] = [320, numbered ? 30 : 18, numbered ? 44 : 18];
  const values = member.blocks.map((block) => block[dimension]);
  const beside = member.beside ? member.beside.blocks.map((block) => block[dimension]) : [];
  const largest = Math.max(...values, ...beside);
  const level = (value) => top + height * (1 - value / largest);
  const step = width / values.length;
  const label = `${dimensions[dimension]}, first block to last: ${values.join(", ")}`;
  const picture = drawing("svg", {
    class: "blocks", viewBox: `0 0 ${width} ${top + height + 4}`, role: "img", "aria-label": label,
  });
  picture.append(drawing("text", { x: 0, y: 12 }, dimensions[dimension]));
  values.forEach((value, block) => {
    const gap = Math.min(2, step / 5);
    picture.append(drawing("rect", {
      class: `bar ${member.kind}`, x: block * step + gap / 2, y: level(value), width: step - gap,
      height: top + height - level(value),
    }));
  });
  if (beside.length) {
    const part = width / beside.length;
    const points = beside.flatMap((value, block) => [
      `${block * part},${level(value)}`, `${(block + 1) * part},${level(value)}`,
    ]);
    picture.append(drawing("polyline", { class: "beside", points: points.join(" ") }));
  }
  // One number for each run of equal blocks, where there is room.
  for (let start = 0, end; numbered && start < values.length; start = end) {
    for (end = start + 1; values[end] === values[start];) end += 1;
    if ((end - start) * step < 6 * String(values[start]).length) continue;
    const place = { class: "number", x: ((start + end) / 2) * step, y: level(values[start]) - 3 };
    picture.append(drawing("text", place, values[start]));
  }
  return picture;
}

function list(facts) {
  const made = element("dl", { class: "facts" });
  for (const [name, text] of facts) made.append(element("dt", {}, name), element("dd", {}, text));
  return made;
}

function describe(member, { isBrief }) {
  const parts = [
    element("h3", {}, member.name), element("p", { class: "role" }, member.role), list(member.facts),
    ...dimensions.map((_, dimension) => bars(member, dimension, !isBrief)),
  ];
  if (member.beside) parts.push(element("p", { class: "role" }, `Dashed: ${member.beside.name}, nearest in latency`));
  if (member.values.length && !isBrief) {
    parts.push(element("details", {}, element("summary", {}, "Numbers of its rule"), list(member.values)));
  }
  return parts;
}

function choose(id, { andShow = false } = {}) {
  const member = members.get(id);
  const details = document.getElementById("details");
  if (!member || !details) return;
  details.replaceChildren(...describe(member, { isBrief: false }));
  for (const row of document.querySelectorAll("#members tbody tr")) {
    row.setAttribute("aria-selected", String(row.dataset.id === id));
  }
  views.get("front")?.signal("selected", id).run();
  if (andShow) details.scrollIntoView({ block: "nearest" });
}

// MARK: Charts

// Vega calls this with the item under the pointer, and with no value when there is none.
function showTooltip(_, event, item, value) {
  if (value === null || value === undefined || value === "") {
    tooltip.hidden = true;
    return;
  }
  const member = members.get(item.datum?.id);
  const facts = typeof value === "object" ? Object.entries(value).map(([name, text]) => [name, String(text)]) : [];
  tooltip.replaceChildren(...(member ? describe(member, { isBrief: true }) : [list(facts)]));
  tooltip.hidden = false;
  const box = tooltip.getBoundingClientRect();
  const right = event.clientX + 18;
  const left = right + box.width > innerWidth ? event.clientX - 18 - box.width : right;
  tooltip.style.left = `${Math.max(8, left)}px`;
  tooltip.style.top = `${Math.max(8, Math.min(event.clientY - 20, innerHeight - box.height - 8))}px`;
}

// The specification as the page needs it: headed by the page, on its paper, as wide as its place.
function fitted(specification, width) {
  const { title, ...own } = specification;
  const rest = { ...own, background: "transparent" };
  if (!rest.facet) return { ...rest, width: "container" };
  const columns = width < 620 ? 1 : rest.columns;
  // Room for the axis, and between the columns.
  const space = 50 + (rest.spacing?.column ?? 20) * (1 - 1 / columns);
  const spec = structuredClone(rest.spec);
  spec.width = Math.floor(width / columns - space);
  if (spec.encoding.color?.legend) spec.encoding.color.legend.columns = 2 * columns;
  return { ...rest, columns, spec };
}

async function draw(figure) {
  const name = figure.dataset.chart;
  const place = figure.querySelector(".chart");
  try {
    const { view } = await vegaEmbed(place, fitted(data.charts[name], place.clientWidth), {
      mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, tooltip: showTooltip,
      // Expressions are interpreted: the page's policy forbids turning text into code.
      ast: true,
    });
    views.set(name, view);
    view.addEventListener("click", (_, item) => {
      if (item?.datum?.id) choose(item.datum.id, { andShow: true });
    });
    figure.dataset.state = "drawn";
  } catch (error) {
    place.classList.add("failed");
    place.textContent = `This chart could not be drawn: ${error.message}`;
    figure.dataset.state = "failed";
    console.error(error);
  }
}

// MARK: Table

function sortKey(row, column) {
  const key = row.cells[column].dataset.key ?? "";
  return row.cells[column].classList.contains("number") ? (key === "" ? null : Number(key)) : key;
}

function sortBy(heading) {
  const table = document.getElementById("members");
  const column = heading.cellIndex;
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, key: sortKey(row, column) }));
  rows.sort((a, b) => {
    // What is unknown stays at the end, whichever way.
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    const order = typeof a.key === "number" ? a.key - b.key : a.key.localeCompare(b.key, "en", { numeric: true });
    return ascending ? order : -order;
  });
  table.tBodies[0].append(...rows.map(({ row }) => row));
}

function filterRows() {
  const form = document.getElementById("filter").elements;
  const text = form.text.value.trim().toLowerCase();
  const rows = [...document.querySelectorAll("#members tbody tr")];
  for (const row of rows) {
    row.hidden = !(
      (!text || [...row.cells].some((cell) => (cell.dataset.key ?? "").toLowerCase().includes(text)))
      && (!form.role.value || row.dataset.role === form.role.value)
      && (!form.front.checked || row.dataset.front === "yes")
    );
  }
  const shown = rows.filter((row) => !row.hidden).length;
  form.count.textContent = shown === rows.length ? `${shown} members` : `${shown} of ${rows.length} members`;
}

async function copyConfig(button) {
  const { config } = members.get(button.closest("tr").dataset.id);
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(config);
  } catch {
    // Not allowed, as on pages that some browsers do not trust.
    const area = element("textarea", { class: "hidden" });
    area.value = config;
    document.body.append(area);
    area.select();
    isCopied = document.execCommand("copy");
    area.remove();
  }
  button.textContent = isCopied ? "Copied" : "Not allowed";
  document.getElementById("status").textContent = isCopied ? "Configuration copied" : "The browser did not allow copying";
  setTimeout(() => { button.textContent = "Copy config"; }, 1500);
}

// MARK: Start

const table = document.getElementById("members");
if (table) {
  table.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.matches(".sort")) sortBy(button.closest("th"));
    else if (button?.matches(".copy")) copyConfig(button);
    else if (target.closest("tbody tr")) choose(target.closest("tr").dataset.id, { andShow: button !== null });
  });
  const form = document.getElementById("filter");
  form.addEventListener("input", filterRows);
  form.addEventListener("submit", (event) => event.preventDefault());
  filterRows();
  const first = table.querySelector('tr[data-role="candidate"][data-front="yes"]') ?? table.querySelector("tbody tr");
  if (first) choose(first.dataset.id);
}

const figures = [...document.querySelectorAll("figure[data-chart]")];
Promise.all(figures.map(draw)).then(() => {
  const chosen = document.querySelector('#members tr[aria-selected="true"]');
  if (chosen) views.get("front")?.signal("selected", chosen.dataset.id).run();
  document.documentElement.dataset.state = "ready";
});
