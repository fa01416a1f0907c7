"use strict";
// All that is foreign becomes text by textContent; nothing here makes HTML of a string, or asks for anything.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element with attributes, and children that are elements or text. */
function make(name, attributes = {}, ...children) {
  return dressed(document.createElement(name), attributes, children);
}
function draw(name, attributes = {}, ...children) {
  return dressed(document.createElementNS(SVG, name), attributes, children);
}
function dressed(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.map(each => each instanceof Node ? each : String(each)));
  return element;
}
/** Return what scrolls by itself, by keyboard too. */
function track(label, picture) {
  return make("div", {class: "track", tabindex: 0, role: "region", "aria-label": label}, picture);
}
const seconds = at => `${at.toFixed(3)} s`;
const short = (text, most) => text.length <= most ? text : text.slice(0, Math.max(0, most - 1)) + "…";
const embedded = id => document.getElementById(id).textContent;

/** Return a `details` whose inside is made when it is first opened. */
function folded(summary, fill) {
  const element = make("details", {}, summary);
  element.addEventListener("toggle", () => {
    if (!element.open || element.childElementCount > 1) return;
    const inside = make("div", {class: "inside"});
    fill(inside);
    element.append(inside);
  });
  return element;
}
/** Open a `details` now, not when the browser gets to it. */
function unfold(element) {
  element.open = true;
  element.dispatchEvent(new Event("toggle"));
}
/** Do something on a click, and on Enter and Space as a button does. */
function pressable(element, act) {
  element.addEventListener("click", act);
  element.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    act();
    event.preventDefault();
  });
}
