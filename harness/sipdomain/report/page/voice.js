// ---- What was said, played, pressed and recorded, below a ruler of the call's seconds

const BARS = 8, WIDE = 520, MOMENT = BARS + WIDE + 10, WORDS = MOMENT + 76, STEP = 18;

function voiceElements(lines) {
  const start = Math.min(0, lines[0].at), end = Math.max(...lines.map(each => each.until ?? each.at), start + .001);
  const x = at => BARS + (at - start) / (end - start) * WIDE;
  const several = lines.some(each => each.leg > 1);
  const height = 24 + lines.length * STEP;
  const picture = draw("svg", {width: 1150, height, viewBox: `0 0 1150 ${height}`, class: "transcript"});
  picture.append(...rulerElements(start, end, x, height));
  for (const [number, each] of lines.entries()) {
    const y = 22 + number * STEP, width = Math.max(3, x(each.until ?? each.at) - x(each.at));
    const text = (several ? `leg ${each.leg}: ` : "") + each.text;
    picture.append(draw("g", {class: "moment"},
      draw("rect", {class: `bar ${each.who === "emulator" ? "" : "phone"}`, x: x(each.at), y: y + 2, width, height: 8, rx: 2}),
      draw("text", {class: "small", x: MOMENT, y: y + 10}, seconds(each.at)),
      draw("text", {x: WORDS, y: y + 10}, short(text, 72), draw("title", {}, text))));
  }
  return [track("What was said and pressed", picture)];
}

/** Draw a line for each round number of seconds, ten at most. */
function rulerElements(start, end, x, height) {
  const every = [.1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600].find(each => (end - start) / each <= 10) ?? (end - start) / 10;
  const found = [];
  for (let at = Math.ceil(start / every) * every; at <= end; at += every)
    found.push(draw("line", {class: "life", x1: x(at), x2: x(at), y1: 14, y2: height}),
      draw("text", {class: "small", x: x(at) + 2, y: 11}, `${Number(at.toFixed(1))} s`));
  return found;
}
