// Tables that sort by a click on a heading, and begin with their first rows.

// columns: [{title, value: (row) => what is sorted by, show: (row) => what is shown, isNumber, isLong}]
const fewRows = 12;

function table(caption, columns, rows, sorted) {
  const body = element('tbody');
  const headings = columns.map((column) => {
    const button = element('button', {type: 'button', click: () => sortBy(column)}, column.title, element('span', {'aria-hidden': 'true'}));
    return element('th', {scope: 'col', class: column.isNumber ? 'number' : undefined}, button);
  });
  let order = {column: undefined, isDown: false};
  let isWhole = rows.length <= fewRows + 3;
  const more = element('button', {type: 'button', hidden: isWhole, click: () => {
    isWhole = true;
    more.hidden = true;
    fill();
  }}, `Show all ${asCount.format(rows.length)} rows`);

  function sortBy(column) {
    order = {column, isDown: order.column === column ? !order.isDown : Boolean(column.isNumber)};
    const missing = (value) => value === undefined || value === null;
    const key = new Map(rows.map((row) => [row, column.value(row)]));
    rows = [...rows].sort((left, right) => {
      const [a, b] = [key.get(left), key.get(right)];
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      return (a < b ? -1 : a > b ? 1 : 0) * (order.isDown ? -1 : 1);
    });
    fill();
  }

  function fill() {
    columns.forEach((column, i) => {
      const isSorted = column === order.column;
      headings[i].setAttribute('aria-sort', isSorted ? (order.isDown ? 'descending' : 'ascending') : 'none');
      headings[i].querySelector('span').textContent = isSorted ? (order.isDown ? ' ▾' : ' ▴') : '';
    });
    body.replaceChildren(...(isWhole ? rows : rows.slice(0, fewRows)).map((row) => element('tr', {}, columns.map((column) =>
      element('td', {class: column.isNumber ? 'number' : column.isLong ? 'long' : column.isShort ? 'short' : undefined}, column.show(row))))));
  }

  const start = columns.find((column) => column.title === sorted);
  if (start) sortBy(start);
  else fill();
  const scrolled = element('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    element('table', {'aria-label': caption}, element('thead', {}, element('tr', {}, headings)), body));
  return element('div', {}, element('p', {class: 'quiet'}, caption), scrolled, more);
}

function numberColumn(title, key, show = shownNumber) {
  return {title, value: (row) => row[key], show: (row) => show(row[key]), isNumber: true};
}

function countColumn(title, key) {
  return numberColumn(title, key, (value) => asCount.format(value));
}

function textColumn(title, key, isLong = false) {
  return {title, value: (row) => row[key], show: (row) => row[key] === undefined ? '' : named(row[key]), isLong};
}
