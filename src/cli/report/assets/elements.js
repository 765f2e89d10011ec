'use strict';

// Elements are made of text nodes and attributes: nothing that was recorded is ever read as markup.

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ''));
  return node;
}

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svgElement(tag, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

// A name from elsewhere does not change the direction of what stands around it.
function named(text) {
  return element('bdi', {}, text);
}

const inDigits = new Intl.NumberFormat('en', {maximumSignificantDigits: 4});
const asCount = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

function shownNumber(value) {
  if (value === undefined || value === null) return '–';
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-4) ? value.toExponential(2) : inDigits.format(value);
}

function shownMs(ms) {
  if (ms === undefined || ms === null) return '–';
  return ms < 1000 ? `${inDigits.format(ms)} ms` : `${inDigits.format(ms / 1000)} s`;
}

function shownSeconds(seconds) {
  if (seconds < 120) return `${asCount.format(seconds)} s`;
  if (seconds < 7200) return `${asCount.format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
  return `${asCount.format(Math.floor(seconds / 3600))} h ${Math.floor(seconds / 60) % 60} min`;
}

function shownTime(seconds) {
  const date = new Date(seconds * 1000);
  return seconds && !Number.isNaN(date.getTime()) ? date.toISOString().replace('T', ' ').replace('.000Z', ' UTC') : '–';
}

function counted(count, one, many) {
  return `${asCount.format(count)} ${count === 1 ? one : many}`;
}

function shownRange(first, last) {
  return first === last ? `${first}` : `${first}–${last}`;
}

// Colours and dashes tell series apart; the one of all recordings together has no dashes.
function seriesClass(number) {
  return number === undefined ? 'series-all' : `series-${number % 8} dash-${Math.floor(number / 8) % 3}`;
}

function checkbox(name, className, isChecked, changed) {
  const box = element('input', {type: 'checkbox', change: () => changed(box.checked)});
  box.checked = isChecked;
  const swatch = className ? element('span', {class: `swatch ${className}`, 'aria-hidden': 'true'}) : '';
  return element('label', {}, box, swatch, named(name));
}

function choice(label, options, changed) {
  const select = element('select', {change: () => changed(select.value)});
  setOptions(select, options);
  return {label: element('label', {}, label, select), select};
}

function setOptions(select, options) {
  select.replaceChildren(...options.map(([value, text]) => element('option', {value}, text)));
}

// What is slow to make is made when it is first looked at.
function unfolded(summary, make) {
  const details = element('details', {toggle: () => {
    if (details.open && details.childElementCount === 1) details.append(make());
  }}, element('summary', {}, summary));
  return details;
}

// Draws the chart, and again whenever the width of the element that holds it has changed.
function drawToFit(chart, holder) {
  chart.width = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === chart.width || width === 0) return;
    chart.width = width;
    chart.draw();
  }).observe(holder);
}
