// ---- The ladder of a call, and each of its rows in whole

const ROW = 20, SMALL = 15, LETTER = 7.25, TOP = 52, TIMES = 118, PHONE = 230, LANE = 330, INSIDE = 470;

function ladderElements(data) {
  const names = data.hosts.map(([name]) => name);
  const phones = names.filter(name => name !== "cloud" && name !== "app");
  const across = phones.length > 1 ? PHONE : LANE;
  const place = new Map(phones.map((name, number) => [name, TIMES + number * across]));
  place.set("cloud", TIMES + phones.length * across);
  place.set("app", place.get("cloud") + INSIDE);
  const width = place.get("app") + 90;
  const shown = make("div", {class: "shown", tabindex: -1, role: "region", "aria-label": "What a row is in whole"});
  const rows = [], picture = draw("svg", {role: "group", "aria-label": "Ladder of the call; arrow keys move, Enter shows a message"});
  let y = TOP;
  for (const [number, row] of data.rows.entries()) {
    const element = rowElement(row, y, place, across, width);
    const choose = () => {
      for (const each of rows) each.setAttribute("aria-pressed", each === element);
      const close = make("button", {type: "button", class: "close"}, "Close");
      close.addEventListener("click", leave);
      shown.replaceChildren(close, ...wholeElements(data, number));
      shown.setAttribute("tabindex", 0);
    };
    const leave = () => {
      for (const each of rows) each.setAttribute("aria-pressed", false);
      shown.replaceChildren();
      focusRow(rows, number);
    };
    pressable(element, choose);
    element.addEventListener("keydown", event => {
      const next = {ArrowDown: number + 1, ArrowUp: number - 1, Home: 0, End: rows.length - 1}[event.key];
      if (event.key === "Escape") leave();
      else if (rows[next]) focusRow(rows, next);
      else return;
      event.preventDefault();
    });
    rows.push(element);
    y += ROW + SMALL * row.details.length;
  }
  rows[0].setAttribute("tabindex", 0);
  for (const [name, address] of data.hosts) {
    const x = place.get(name);
    picture.append(draw("line", {class: "life", x1: x, x2: x, y1: TOP - 10, y2: y}),
      draw("text", {x, y: 14, "text-anchor": "middle"}, short(name, 28)),
      draw("text", {class: "small", x, y: 28, "text-anchor": "middle"}, short(address, 28)));
  }
  picture.append(...rows);
  for (const [key, value] of Object.entries({width, height: y + 8, viewBox: `0 0 ${width} ${y + 8}`})) picture.setAttribute(key, value);
  const cut = data.rowsCut ? [make("p", {class: "cut"}, `${data.rowsCut} rows in the middle were cut.`)] : [];
  return [...cut, make("p", {class: "hint dim"}, "Click a row, or press Enter on it, for the whole message."),
    make("div", {class: "ladder"}, make("div", {class: "track"}, picture), shown)];
}

function focusRow(rows, next) {
  for (const each of rows) each.setAttribute("tabindex", -1);
  rows[next].setAttribute("tabindex", 0);
  rows[next].focus();
}

function rowElement(row, y, place, across, width) {
  const leg = row.leg > 1 && row.lane !== "sip" ? `${row.leg}: ` : "";
  const words = leg + row.text + (row.count > 1 ? ` ×${row.count}` : "") + (row.lost ? " (lost)" : "");
  const height = ROW + SMALL * row.details.length;
  const group = draw("g", {class: `row ${row.tone}`, role: "button", tabindex: -1, "aria-pressed": false,
    "aria-label": `${seconds(row.at)} ${row.from === row.to ? row.from : `${row.from} to ${row.to}`}: ${words}`});
  const inside = row.from === row.to;
  const from = place.get(row.from) ?? place.get("cloud"), to = place.get(row.to) ?? place.get("cloud");
  const left = Math.min(from, to), room = inside ? (row.lane === "sip" ? across : INSIDE) : Math.abs(to - from);
  group.append(draw("rect", {class: "hit", x: 0, y: y - 13, width, height}),
    draw("text", {class: "small", x: 4, y}, seconds(row.at)),
    draw("text", {x: left + 8, y: y - (inside ? 0 : 2)}, short(words, Math.floor((room - 16) / LETTER)), draw("title", {}, words)));
  if (!inside) group.append(...arrow(from, to, y + 3, row.lost));
  for (const [number, detail] of row.details.entries())
    group.append(draw("text", {class: "small", x: left + 20, y: y + SMALL * (number + 1) + 1},
      short(detail, Math.floor((room - 28) / 6.7)), draw("title", {}, detail)));
  return group;
}

function arrow(from, to, y, lost) {
  const way = Math.sign(to - from) || 1, tip = lost ? to - way * 24 : to;
  const line = draw("line", {class: "arrow", x1: from, x2: tip, y1: y, y2: y, "stroke-dasharray": lost ? "4 3" : "none"});
  if (lost) return [line, draw("text", {x: tip - 3, y: y + 4}, "✘")];
  return [line, draw("path", {class: "head", d: `M${tip} ${y}l${-way * 7} -3.5v7z`})];
}

function wholeElements(data, number) {
  const row = data.rows[number];
  const title = make("h2", {}, `${seconds(row.at)} · ${row.from === row.to ? row.from : `${row.from} → ${row.to}`}`);
  const sent = row.count > 1 ? [make("p", {class: "dim"}, `Sent ${row.count} times; this is the first.`)] : [];
  if (row.message !== undefined) return [title, ...sent, ...messageElements(row, data.rows[row.like])];
  const hook = row.token === undefined ? undefined : data.webhooks.find(each => each.token === row.token);
  return [title, hook ? webhookElement(hook) : make("pre", {}, [row.text, ...row.details].join("\n"))];
}

/** Show a message; where there was one like it before, mark what is new and strike out what went. */
function messageElements(row, before) {
  const lines = row.message.split("\n");
  if (!before) return [make("pre", {class: "message"}, row.message)];
  const known = counted(before.message.split("\n"));
  const shown = make("pre", {class: "message"});
  for (const line of lines) {
    const left = known.get(line) || 0;
    if (left) known.set(line, left - 1);
    shown.append(left ? line : make("mark", {}, line), "\n");
  }
  const gone = [...known].flatMap(([line, left]) => line.trim() ? Array(left).fill(line) : []);
  const words = `Marked: what changed since the one at ${seconds(before.at)}.`;
  const away = gone.length ? [make("p", {class: "dim"}, "No longer there:"),
    make("pre", {class: "gone"}, ...gone.flatMap(line => [make("del", {}, line), "\n"]))] : [];
  return [make("p", {class: "dim"}, words), shown, ...away];
}
function counted(lines) {
  const found = new Map();
  for (const line of lines) found.set(line, (found.get(line) || 0) + 1);
  return found;
}
