// ---- The results, filters and links

const run = JSON.parse(embedded("run"));
const places = new Map();  // by what a link may say of a call: its element and that of its result

function resultElement(result) {
  const summary = make("summary", {},
    make("span", {class: `state ${result.outcome}`}, result.outcome), ` ${result.title} `,
    make("span", {class: "dim"}, [result.file, ...result.tags.map(each => `#${each}`), result.about, seconds(result.duration)].filter(Boolean).join(" · ")));
  const element = folded(summary, inside => {
    if (result.reason) inside.append(make("pre", {}, result.reason));
    for (const each of result.mismatches) inside.append(mismatchElement(each));
    if (result.causes.length)
      inside.append(make("h2", {}, "Why the emulator decided so"), make("pre", {}, result.causes.join("\n")));
    for (const call of result.calls) {
      inside.append(call.element = callElement(call));
      if (call.concerned || (result.calls.length === 1 && !call.cut)) unfold(call.element);
    }
  });
  for (const call of result.calls)
    for (const id of [call.key, ...call.ids]) if (!places.has(id)) places.set(id, {result: element, call});
  return element;
}

function mismatchElement(mismatch) {
  const list = make("dl", {}, make("dt", {}, "expected"), make("dd", {class: "mono"}, mismatch.expected),
    make("dt", {}, "got"), make("dd", {class: "mono bad"}, mismatch.got));
  for (const line of mismatch.near) list.append(make("dt", {}, "seen"), make("dd", {class: "mono"}, line));
  const where = mismatch.place ? make("pre", {}, `${mismatch.place}\n${mismatch.source}`) : "";
  return make("section", {class: "mismatch"}, make("h2", {class: "bad"}, `${mismatch.path} is not met`), where, list);
}

const entries = run.results.map(result => ({
  outcome: result.outcome, topics: [result.topic, ...result.tags.map(each => `#${each}`)].filter(Boolean), element: resultElement(result),
  words: [result.title, result.file, result.reason, ...result.tags, ...result.mismatches.map(each => `${each.path} ${each.expected} ${each.got}`),
    ...result.calls.flatMap(call => [call.title, call.status, ...call.ids])].join("\n").toLowerCase(),
}));
const hidden = new Set();
const input = document.getElementById("text"), topic = document.getElementById("topic"), count = document.getElementById("shown");

function filter() {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const each of entries) {
    const fits = !hidden.has(each.outcome) && (!topic.value || each.topics.includes(topic.value))
      && wanted.every(word => each.words.includes(word));
    each.element.hidden = !fits;
    shown += fits;
  }
  count.textContent = `${shown} of ${entries.length} shown`;
}

function stateButton(outcome) {
  const button = make("button", {type: "button", "aria-pressed": true, "data-state": outcome}, `${outcome} ${run.counts[outcome]}`);
  button.addEventListener("click", () => {
    if (!hidden.delete(outcome)) hidden.add(outcome);
    button.setAttribute("aria-pressed", !hidden.has(outcome));
    filter();
  });
  return button;
}

/** Return a strip whose parts are as long as there are results of each outcome. */
function barElement(outcomes) {
  const all = outcomes.reduce((sum, each) => sum + run.counts[each], 0);
  const strip = draw("svg", {viewBox: `0 0 ${all} 1`, preserveAspectRatio: "none"});
  let x = 0;
  for (const each of outcomes) {
    strip.append(draw("rect", {class: each, x, y: 0, width: run.counts[each], height: 1}));
    x += run.counts[each];
  }
  return strip;
}

/** Go to the call that the address names: `#call=` and its Call-ID or CallSid. */
function follow() {
  const wanted = /^#call=(.+)$/.exec(location.hash);
  const found = wanted && places.get(decoded(wanted[1]));
  if (!found) return;
  found.result.hidden = false;
  unfold(found.result);
  unfold(found.call.element);
  found.call.element.scrollIntoView();
  found.call.element.firstElementChild.focus();
}
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Go to the next result that is shown, or to the one before. */
function move(way) {
  const shown = entries.filter(each => !each.element.hidden).map(each => each.element);
  const here = shown.findIndex(each => each.contains(document.activeElement));
  const next = shown[here < 0 ? 0 : here + way];
  if (next) next.firstElementChild.focus();
}

document.getElementById("results").append(...entries.map(each => each.element));
const outcomes = Object.keys(run.counts).filter(outcome => run.counts[outcome]);
const took = run.results.reduce((sum, each) => sum + each.duration, 0);
document.getElementById("counts").textContent =
  outcomes.map(outcome => `${run.counts[outcome]} ${outcome}`).join(", ") + (outcomes.length ? ` · ${took.toFixed(1)} s of scenarios` : "Nothing was run.");
document.getElementById("states").append(...outcomes.flatMap(outcome => [stateButton(outcome), " "]));
if (outcomes.length) document.getElementById("bar").append(barElement(outcomes));
const topics = [...new Set(entries.flatMap(each => each.topics))].sort();
topic.append(make("option", {value: ""}, "All topics"), ...topics.map(each => make("option", {value: each}, each)));
topic.hidden = topics.length < 2;
const cuts = [[run.resultsCut, "results"], [run.callsCut, "calls"], [run.callsEmpty, "calls' contents"]].filter(([number]) => number);
if (cuts.length) {
  const note = document.getElementById("cuts");
  note.textContent = `Cut, for the page has no more room: ${cuts.map(([number, what]) => `${number} ${what}`).join(", ")}.`;
  note.hidden = false;
}
input.addEventListener("input", filter);
topic.addEventListener("change", filter);
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && document.activeElement === input) { input.value = ""; filter(); }
  if (/^(INPUT|SELECT|AUDIO)$/.test(document.activeElement.tagName)) return;
  if (event.key === "/") input.focus();
  else if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else return;
  event.preventDefault();
});
window.addEventListener("hashchange", follow);
filter();
const first = entries.find(each => each.outcome === "failed") || (entries.length === 1 && entries[0]);
if (first) unfold(first.element);
follow();
