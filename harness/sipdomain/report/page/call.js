// ---- One call: alerts, ladder, voice, decisions, webhooks

function callElement(call) {
  const about = [call.status, ...call.ids].filter(Boolean).map(each => ` · ${each}`).join("");
  const summary = make("summary", {}, make("strong", {}, call.title), make("span", {class: "dim"}, about));
  return folded(summary, inside => {
    if (call.cut) return void inside.append(make("p", {class: "cut"}, "This call was cut: the page has no more room."));
    const data = JSON.parse(embedded(`call-${call.number}`));
    inside.append(make("p", {class: "hint"}, make("a", {href: "#call=" + encodeURIComponent(call.key)}, "Link to this call")));
    for (const [number, leg] of data.legs.entries()) inside.append(make("div", {class: "dim"}, `leg ${number + 2} · ${leg}`));
    section(inside, "Alerts", data.alerts, data.alertsCut, list => list.map(alertElement));
    inside.append(...ladderElements(data));
    if (data.audio.length || data.transcript.length) inside.append(make("h2", {}, "Voice"), ...voiceElements(data));
    section(inside, "Decisions", data.decisions, data.decisionsCut, list => list.map(decisionElement));
    section(inside, "Webhooks", data.webhooks, data.webhooksCut, list => list.map(webhookElement));
  });
}

function section(inside, title, list, cut, elements) {
  if (!list.length) return;
  inside.append(make("h2", {}, title), ...elements(list));
  if (cut) inside.append(make("p", {class: "cut"}, `${cut} more were cut.`));
}

function alertElement(each) {
  return make("div", {class: `alert ${each.level === "error" ? "bad" : "warning"}`},
    make("span", {class: "at"}, `${seconds(each.at)} `), make("strong", {}, `${each.level} ${each.code}`), ` ${each.text}`);
}

function decisionElement(each) {
  const tone = {passed: "good", refused: "bad", dropped: "bad"}[each.outcome] || "";
  const list = make("dl");
  for (const [name, label] of [["got", "got"], ["wanted", "wanted"], ["mend", "fix"], ["rule", "rule"]])
    if (each[name]) list.append(make("dt", {}, label), make("dd", {class: "mono"}, each[name]));
  const words = `${each.check}: ${each.outcome} ${each.reason}${each.code ? ` (${each.code})` : ""}`;
  return make("div", {class: "decision"}, make("span", {class: "at"}, `${seconds(each.at)} ${each.method} `),
    make("strong", {class: tone}, words), list);
}

function fieldsElement(title, pairs) {
  if (!pairs.length) return "";
  const list = make("dl", {class: "mono wide"});
  for (const [name, value] of pairs) list.append(make("dt", {}, name), make("dd", {}, value));
  return make("details", {}, make("summary", {}, `${title} (${pairs.length})`), list);
}

function webhookElement(each) {
  const element = make("div", {class: "webhook"}, make("span", {class: "at"}, `${seconds(each.at)} `),
    make("strong", {}, `${each.method} ${each.url}`), make("span", {class: "dim"}, ` (${each.purpose})`));
  const parameters = fieldsElement("parameters", each.parameters);
  if (parameters) parameters.open = true;
  element.append(parameters, fieldsElement("header fields", each.headers));
  const answer = each.answer;
  if (!answer) return dressed(element, {}, [make("p", {class: "bad"}, "no answer")]);
  const code = answer.code ? ` (${answer.code})` : "";
  element.append(make("p", {class: answer.code || !answer.status ? "bad" : ""},
    `${answer.status || answer.error || "no answer"}${code} ${answer.type} · ${answer.size} bytes · ${Math.round(answer.took * 1000)} ms`));
  if (answer.status && answer.error) element.append(make("p", {class: "bad"}, answer.error));
  if (answer.body) element.append(make("pre", {}, answer.body));
  element.append(...each.alerts.map(alertElement), fieldsElement("header fields of the answer", answer.headers));
  return element;
}
