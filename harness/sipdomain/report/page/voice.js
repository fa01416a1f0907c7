// ---- What was said, played, pressed and recorded, below a ruler of the call's seconds, and the audio of both sides

const BARS = 84, WIDE = 496, MOMENT = BARS + WIDE + 10, WORDS = MOMENT + 76, STEP = 18, WAVE = 28, RATE = 8000;

function voiceElements(data) {
  const lines = data.transcript, tracks = data.audio.filter(each => each.number >= 0);
  const start = Math.min(0, ...lines.map(each => each.at), ...tracks.map(each => each.at));
  const end = Math.max(start + .001, ...lines.map(each => each.until ?? each.at), ...tracks.map(each => each.at + each.length / RATE));
  const x = at => BARS + (at - start) / (end - start) * WIDE;
  const several = data.legs.length > 0;
  const waves = tracks.flatMap(each => each.sides.map(side => ({track: each, side})));
  const top = 22 + waves.length * WAVE, height = top + 2 + lines.length * STEP;
  const picture = draw("svg", {width: 1150, height, viewBox: `0 0 1150 ${height}`, class: "transcript"});
  picture.append(...rulerElements(start, end, x, height));
  const now = draw("line", {class: "now", x1: BARS, x2: BARS, y1: 14, y2: height, visibility: "hidden"});
  for (const [number, each] of waves.entries()) {
    const y = 20 + number * WAVE + WAVE / 2;
    each.path = draw("path", {class: `wave ${each.side}`});
    each.draw = samples => each.path.setAttribute("d", waveOf(samples, x(each.track.at), x(each.track.at + samples.length / RATE), y));
    picture.append(each.path, draw("text", {class: "small", x: 0, y: y + 4}, (several ? `${each.track.leg}: ` : "") + each.side));
  }
  const players = tracks.map(track => playerElement(track, several, waves.filter(each => each.track === track), at => {
    now.setAttribute("x1", x(at));
    now.setAttribute("x2", x(at));
    now.setAttribute("visibility", "visible");
  }));
  for (const [number, each] of lines.entries()) {
    const y = top + number * STEP, width = Math.max(3, x(each.until ?? each.at) - x(each.at));
    const text = (several ? `leg ${each.leg}: ` : "") + each.text;
    const moment = draw("g", {class: "moment"},
      draw("rect", {class: "hit", x: BARS, y: y - 3, width: 1150 - BARS, height: STEP}),
      draw("rect", {class: `bar ${each.who === "emulator" ? "" : "phone"}`, x: x(each.at), y: y + 2, width, height: 8, rx: 2}),
      draw("text", {class: "small", x: MOMENT, y: y + 10}, seconds(each.at)),
      draw("text", {x: WORDS, y: y + 10}, short(text, 66), draw("title", {}, text)));
    const player = players[tracks.findIndex(track => track.leg === each.leg && each.at < track.at + track.length / RATE)];
    if (player) {
      dressed(moment, {role: "button", tabindex: 0, "aria-label": `Hear from ${seconds(each.at)}: ${text}`}, []);
      pressable(moment, () => player.hear(each.at));
    }
    picture.append(moment);
  }
  picture.append(now);
  const cut = data.audio.length > tracks.length ? [make("p", {class: "cut"}, "Audio of this call was cut: the page has no more room.")] : [];
  if (data.transcriptCut) cut.push(make("p", {class: "cut"}, `${data.transcriptCut} more lines were cut.`));
  return [track("What was said and pressed", picture), ...players.map(each => each.element), ...cut];
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

/** Return a player for a leg: what the phone said is on the left, what it heard on the right. */
function playerElement(track, several, waves, follow) {
  const words = track.sides.length > 1 ? "phone on the left, emulator on the right" : `${track.sides[0]} only`;
  const audio = make("audio", {controls: "", preload: "metadata", "aria-label": `Audio of leg ${track.leg}: ${words}`});
  const element = make("div", {class: "hint"}, audio,
    make("span", {class: "dim"}, `${several ? `leg ${track.leg}: ` : ""}${words}; begins at ${seconds(track.at)}`));
  audio.addEventListener("timeupdate", () => follow(track.at + audio.currentTime));
  unpacked(embedded(`audio-${track.number}`)).then(bytes => {
    const sides = track.sides.map((_, number) => bytes.subarray(number * track.length, (number + 1) * track.length));
    for (const [number, wave] of waves.entries()) wave.draw(sides[number]);
    audio.src = URL.createObjectURL(new Blob([wavHead(sides.length, bytes.length), interleaved(sides)], {type: "audio/wav"}));
  });
  return {element, hear(at) { audio.currentTime = Math.max(0, at - track.at); audio.play(); }};
}

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), each => each.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
}

function interleaved(sides) {
  if (sides.length === 1) return sides[0];
  const found = new Uint8Array(sides[0].length * 2);
  for (let place = 0; place < sides[0].length; place += 1) {
    found[2 * place] = sides[0][place];
    found[2 * place + 1] = sides[1][place];
  }
  return found;
}

/** Return the head of a WAV file of mu-law (RFC 2361, format 7). */
function wavHead(channels, size) {
  const head = new DataView(new ArrayBuffer(58));
  const text = (at, letters) => [...letters].forEach((each, number) => head.setUint8(at + number, each.charCodeAt(0)));
  text(0, "RIFF"); head.setUint32(4, 50 + size + size % 2, true); text(8, "WAVE");
  text(12, "fmt "); head.setUint32(16, 18, true); head.setUint16(20, 7, true); head.setUint16(22, channels, true);
  head.setUint32(24, RATE, true); head.setUint32(28, RATE * channels, true); head.setUint16(32, channels, true);
  head.setUint16(34, 8, true); head.setUint16(36, 0, true);
  text(38, "fact"); head.setUint32(42, 4, true); head.setUint32(46, size / channels, true);
  text(50, "data"); head.setUint32(54, size, true);
  return head.buffer;
}

/** Return the outline of how loud samples in mu-law are, from one place to another, around a height. */
function waveOf(samples, from, to, y) {
  const columns = Math.max(1, Math.round(to - from)), each = samples.length / columns;
  const heights = [];
  for (let column = 0; column < columns; column += 1) {
    let loudest = 0;
    for (let place = Math.floor(column * each); place < Math.floor((column + 1) * each); place += 1)
      loudest = Math.max(loudest, ~samples[place] & 127);
    // The root shows a quiet voice too.
    heights.push(Math.max(.5, Math.sqrt(((1 << (loudest >> 4)) * (16 + (loudest & 15)) - 16) / 4000) * WAVE * .48));
  }
  const upper = heights.map((height, column) => `${(from + column).toFixed(1)} ${(y - height).toFixed(1)}`);
  const lower = heights.map((height, column) => `${(from + column).toFixed(1)} ${(y + height).toFixed(1)}`).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}
