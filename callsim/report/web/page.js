// Draws the charts of a page (report/charts.py) for the view that the reader chooses, and the table of each.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const chooser = document.getElementById("view");
  const figures = [...document.querySelectorAll("[data-chart]")];
  let view = data.views[0] || { columns: {}, says: "" };

  // Of a day that the reader picks, the places of its intervals; what is not over time stays whole.
  let kept = null, end = data.end;
  const timeless = new Set(data.charts.filter((chart) => chart.kind === "classes" || chart.kind === "curve")
    .flatMap((chart) => [chart.x, ...chart.series.flatMap(({ column: name }) => [name, `${name}_low`, `${name}_high`])]));
  function column(name, of = view) {
    const values = of.columns[name] ?? data.columns[name];
    return kept && Array.isArray(values) && !timeless.has(name) ? kept.map((k) => values[k]) : values;
  }
  const known = (values) => Array.isArray(values) ? values.some((v) => v !== null) : values != null;
  const repeated = (values, length) => Array.isArray(values) ? values : Array(length).fill(values);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  // Plotly reads a little HTML in its texts; names of queues are not HTML.
  const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  function make(tag, words, ...classes) {
    const element = document.createElement(tag);
    if (words !== undefined) element.textContent = words;
    element.classList.add(...classes.filter(Boolean));
    return element;
  }

  // ---- figures as the rest of the page writes them (report/figures.py)

  const grouped = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const two = (n) => String(n).padStart(2, "0");
  const minutes = (s) => s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  const write = {
    share: (v) => `${(v * 100).toFixed(1)} %`,
    points: (v) => `${v > 0 ? "+" : v < 0 ? "−" : ""}${Math.abs(v * 100).toFixed(1)}`,
    seconds: (v) => v < 99.95 ? `${grouped(v, 1)} s` : minutes(Math.round(v)),
    count: (v) => grouped(v, v > 0 && v < 9.95 && !Number.isInteger(v) ? 1 : 0),
  };
  const axis = { share: { tickformat: ",.0%" }, points: { tickformat: ",~r" }, count: { tickformat: ",~r" },
    seconds: { tickformat: ",~r", ticksuffix: " s" } };
  const hover = { share: ":.1%", points: ":+.1f", count: ":,.1~f", seconds: ":,.1f" };
  const shown = (value, unit) => value === null || value === undefined ? "–" : write[unit](value);

  const MONTHS = say("drawn.months").split(" "), DAYS = say("drawn.weekdays").split(" ");
  const every = data.columns.start || [];
  let starts = every;
  const time = (start) => Date.parse(`${start.length > 10 ? start : `${start}T00:00`}Z`);
  let span = end && starts.length ? time(end) - time(starts[0]) : 0;
  const DAY = 86400000;
  const monthly = starts.length > 1 && time(starts[1]) - time(starts[0]) > 27 * DAY;
  function moment(start) {
    const clock = start.slice(11, 16), date = start.slice(0, 10);
    if (span <= DAY) return clock;
    if (monthly) return date.slice(0, 7);
    const weekday = DAYS[new Date(time(date)).getUTCDay()];
    return clock ? `${weekday} ${date} ${clock}` : `${weekday} ${date}`;
  }

  // ---- charts

  // Each value lasts to the end of its interval, also where none follows.
  function steps(x, y) {
    const shape = { x: [], y: [] };
    x.forEach((from, k) => {
      shape.x.push(from); shape.y.push(y[k]);
      if (y[k] !== null && (y[k + 1] ?? null) === null) { shape.x.push(x[k + 1] ?? end); shape.y.push(y[k]); }
    });
    return shape;
  }

  // The interval around a step line as closed shapes, one for each stretch without a gap.
  function band(x, low, high) {
    const edges = [...x, end], shape = { x: [], y: [] };
    for (let from = 0; from < x.length; from++) {
      if (low[from] === null) continue;
      let to = from;
      while (to < x.length && low[to] !== null) to++;
      for (let k = from; k < to; k++) { shape.x.push(edges[k], edges[k + 1]); shape.y.push(high[k], high[k]); }
      for (let k = to - 1; k >= from; k--) { shape.x.push(edges[k + 1], edges[k]); shape.y.push(low[k], low[k]); }
      shape.x.push(null); shape.y.push(null);
      from = to;
    }
    return shape;
  }

  // The interval around a curve over numbers, which has no gaps.
  const ribbon = (x, low, high) => ({ x: [...x, ...[...x].reverse()], y: [...high, ...[...low].reverse()] });

  const DASHES = ["solid", "solid", "dot", "dashdot", "longdash", "longdashdot"]; // by colour: print has none

  const FEW = 20; // points of a curve, each of which is marked

  function* traces(chart) {
    const x = column(chart.x), byTime = chart.kind === "time", several = chart.series.length > 1;
    if (!x) return;
    for (const series of chart.series) {
      const values = column(series.column);
      if (!known(values)) continue;
      const y = repeated(values, x.length).map((v) => v !== null && chart.unit === "points" ? v * 100 : v), limit = series.look === "limit";
      const paint = colour(limit ? "limit" : `c${series.colour % 6}`);
      const about = { name: plain(series.label), hovertemplate: `%{y${hover[chart.unit]}}<extra>${plain(series.label)}</extra>` };
      if (series.look === "bar") {
        const width = kept ? time(every[1]) - time(every[0]) : span / x.length;
        const bars = byTime ? { x, y, width: width * 0.86, offset: width * 0.07 }
          : { x: y, y: x, orientation: "h", hovertemplate: `%{x${hover[chart.unit]}}<extra></extra>` };
        yield { ...about, ...bars, type: "bar", marker: { color: paint } };
        continue;
      }
      if (series.band && known(column(`${series.column}_low`))) {
        const shape = (byTime ? band : ribbon)(x, column(`${series.column}_low`), column(`${series.column}_high`));
        yield { ...shape, type: "scatter", mode: "lines", fill: "toself", fillcolor: paint, opacity: 0.22,
          line: { width: 0 }, hoverinfo: "skip", showlegend: !several, name: say("drawn.interval") };
      }
      const line = { color: paint, width: limit ? 1.5 : 2, dash: limit ? "dash" : DASHES[(series.dash ?? series.colour) % 6], shape: byTime ? "hv" : "linear" };
      yield { ...about, ...(byTime ? steps(x, y) : { x, y }), type: "scatter", mode: !byTime && !limit && x.length <= FEW ? "lines+markers" : "lines", line, connectgaps: false };
    }
  }

  // A share in lines begins at the step of 20 % below all that is drawn, and at 0 where all is below a half; everything else begins at 0.
  function valueAxis(chart) {
    const names = chart.series.flatMap((one) => one.band ? [one.column, `${one.column}_low`, `${one.column}_high`] : [one.column]);
    const values = names.flatMap((name) => column(name) ?? []).filter((value) => value !== null);
    const lines = chart.unit === "share" && chart.series.every((one) => one.look !== "bar");
    if (chart.unit === "points") return axis.points;
    const least = Math.min(0, ...values);
    if (!lines) return { ...axis[chart.unit], range: [least * 1.06, Math.max(...values) * 1.06 || 1], nticks: 6 };
    if (Math.max(...values) < 0.5) return { tickformat: ",.1~%", range: [0, Math.max(...values) * 1.15 || 1], nticks: 6 };
    const from = Math.max(0, Math.floor(Math.min(...values, 0.99) / 0.2 - 1e-9) * 0.2);
    return { ...axis.share, range: [from, 1.03], dtick: 0.2 };
  }

  // What stands above the figures that a reader points at: always enough to know the moment.
  function hoverMoment() {
    if (span <= DAY) return "%H:%M";
    if (monthly) return say("drawn.hover_month");
    return starts[0].length > 10 && starts.some((start) => start.slice(11) !== "00:00") ? say("drawn.hover_time") : say("drawn.hover_day");
  }

  function timeAxis(small, width) {
    const breaks = kept && span > DAY ? closed() : [];
    return { hoverformat: hoverMoment(), ...timeTicks(small, width), ...(breaks.length ? { rangebreaks: breaks } : {}) };
  }

  // The days that are drawn.
  const openDays = () => [...new Set(starts.map((start) => start.slice(0, 10)))];

  // The nights between the days that are drawn, and the open hours of days on which nothing is: breaks must not overlap.
  function closed() {
    const from = time(starts[0]) % DAY, open = (time(end) - time(starts[0])) % DAY || DAY, there = new Set(openDays()), off = [];
    for (let day = time(starts[0].slice(0, 10)); day < time(end); day += DAY) {
      if (!there.has(new Date(day).toISOString().slice(0, 10))) off.push(new Date(day + from).toISOString().slice(0, 16));
    }
    const nights = open < DAY ? [{ pattern: "hour", bounds: closes() }] : [];
    return off.length ? [...nights, { values: off, dvalue: open < DAY ? open + 1000 : DAY }] : nights;
  }

  function timeTicks(small, width) {
    const days = Math.ceil(span / DAY), range = [starts[0], end], middle = (time(end) - time(starts[0]) - (days - 1) * DAY) / 2;
    if (span <= DAY) return { type: "date", range, tickformat: "%H:%M", tick0: `${starts[0].slice(0, 10)}T00:00`, dtick: (small ? 6 : 3) * 3600000 };
    if (span > 800 * DAY) return { type: "date", range, tickformat: "%Y", dtick: "M12", tick0: `${starts[0].slice(0, 4)}-01-01` };
    if (days > 14) return { type: "date", range, tickformat: say("drawn.tick_date"), nticks: small ? 4 : 9 };
    const open = openDays(), step = Math.ceil(open.length / Math.max(1, Math.floor((width - 76) / 76)));
    const first = time(starts[0]) - time(starts[0].slice(0, 10)), ticks = open.filter((_, k) => k % step === 0).map((day) => time(day) + first);
    return { type: "date", range, tickmode: "array", tickangle: 0, ticklen: 0, tickvals: ticks.map((day) => new Date(day + middle).toISOString().slice(0, 16)),
      ticktext: ticks.map((day) => say("drawn.tick_day", { weekday: DAYS[new Date(day).getUTCDay()], date: new Date(day).getUTCDate(), month: MONTHS[new Date(day).getUTCMonth()] })) };
  }

  function widest(words) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    return Math.max(...words.map((word) => pen.measureText(word).width));
  }

  // Rows of a legend: Plotly sets its items in columns as wide as the widest.
  function legendRows(names, width) {
    return Math.ceil(names.length / Math.max(1, Math.floor(width / (widest(names) + 46))));
  }

  function layout(chart, box, drawn) {
    const names = [...new Set(drawn.filter((one) => one.hoverinfo !== "skip").map((one) => one.name))], count = names.length;
    const quiet = colour("quiet"), grid = colour("line"), touch = matchMedia("(pointer: coarse)").matches;
    const small = box.clientWidth < 480, byTime = chart.kind !== "classes";
    const line = { ticks: "outside", tickcolor: grid, ticklen: 4, linecolor: grid, showline: true, showgrid: false };
    const values = { ...valueAxis(chart), gridcolor: grid, zeroline: chart.unit === "points", fixedrange: true };
    const left = byTime ? (values.range?.[1] > 1e6 ? 72 : 52) : chart.wide && !small ? 220 : Math.max(84, 8 + widest(column(chart.x)));
    const top = count > 1 ? 16 + 19 * legendRows(names, box.clientWidth - left - 12) : 12;
    return {
      width: box.clientWidth, height: (chart.wide && !small ? 268 : byTime ? 208 : 268) + Math.max(top, 32),
      margin: { l: left, r: 12, t: top, b: chart.kind === "curve" ? 40 : 28, autoexpand: false },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: quiet },
      xaxis: chart.kind === "curve" ? { ...line, title: { text: chart.x_title, standoff: 4 }, rangemode: Math.min(...column(chart.x)) * 3 > Math.max(...column(chart.x)) ? "normal" : "tozero", nticks: 7, fixedrange: touch }
        : byTime ? { ...line, ...timeAxis(small, box.clientWidth), fixedrange: touch } : values,
      yaxis: byTime ? values : { ...line, ticks: "", type: "category", autorange: "reversed", fixedrange: true },
      showlegend: count > 1,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", itemclick: false, itemdoubleclick: false },
      barmode: byTime ? "overlay" : "group", bargap: 0.2, hovermode: byTime ? "x unified" : "closest", dragmode: touch || !byTime ? false : "zoom",
      hoverlabel: { bgcolor: colour("paper"), bordercolor: grid, font: { color: colour("ink") } },
    };
  }

  // One button, to save the picture; none that sends it anywhere.
  const CONFIG = { displaylogo: false, plotlyServerURL: "", modeBarButtons: [["toImage"]] };

  function drawChart(figure, chart) {
    const box = figure.querySelector(".drawing"), drawn = [...traces(chart)];
    box.classList.toggle("empty", drawn.length === 0);
    if (drawn.length) {
      if (!box.classList.contains("js-plotly-plot")) box.textContent = "";
      Plotly.react(box, drawn, layout(chart, box, drawn), CONFIG);
    } else {
      Plotly.purge(box);
      box.textContent = say("drawn.no_figures");
    }
  }

  function chartTable(chart) {
    const x = column(chart.x);
    const some = chart.series.filter((series) => known(column(series.column)));
    const cells = some.map((series) => {
      const values = repeated(column(series.column), x.length);
      const low = series.band && column(`${series.column}_low`), high = series.band && column(`${series.column}_high`);
      return (k) => shown(values[k], chart.unit) + (low && low[k] !== null && values[k] !== null
        ? ` (${write[chart.unit](low[k]).replace(/ [%s]$/, "")} – ${write[chart.unit](high[k]).replace(/ [%s]$/, "")})` : "");
    });
    return table([chart.x_title, ...some.map((series) => series.label)],
      x.map((name, k) => [chart.kind === "time" ? moment(name) : name, ...cells.map((cell) => cell(k))]));
  }

  function table(head, rows) {
    const all = make("table"), top = all.createTHead().insertRow(), body = all.createTBody();
    for (const [k, words] of head.entries()) {
      const cell = make("th", words, k === 0 && "name");
      cell.scope = "col";
      top.append(cell);
    }
    for (const words of rows) {
      const row = body.insertRow();
      for (const [k, word] of words.entries()) row.append(make("td", word, k === 0 && "name"));
    }
    return all;
  }

  // ---- heat map: rows of views, darker where more is missing

  const SHORT = [0, 0.05, 0.15, 0.3];
  const SHORT_WORDS = [say("drawn.as_promised"), say("drawn.short_5"), say("drawn.short_15"), say("drawn.short_30"),
    say("drawn.short_more"), say("goals.nobody_called")];
  const shade = (value, goal) => value === null ? "hn" : `h${SHORT.filter((edge) => goal - value > edge + 1e-9).length}`;
  let everyQueue = false;

  function drawHeat(figure, heat) {
    const box = figure.querySelector(".drawing");
    const rows = data.views.filter((one) => known(column(heat.goal, one)) && known(column(heat.column, one)));
    const foldable = rows.some((one) => one.inside);
    const some = rows.filter((one) => everyQueue || !one.inside);
    box.classList.toggle("empty", rows.length === 0);
    if (!rows.length) { box.textContent = say("drawn.no_level"); return; }
    const map = make("table"), body = map.createTBody();
    for (const one of some) {
      const row = body.insertRow();
      if (one.inside) row.classList.add("inside");
      const label = make("th", one.label), goal = column(heat.goal, one);
      label.scope = "row"; label.title = one.label;
      row.append(label);
      row.insertCell().append(strip(one, column(heat.column, one), goal));
    }
    body.append(heatAxis());
    const parts = [legend(SHORT_WORDS.map((words, k) => [k < 5 ? `h${k}` : "hn", words])), map];
    if (foldable) {
      const toggle = make("label", undefined, "only-screen"), box = make("input");
      box.type = "checkbox"; box.checked = everyQueue;
      box.addEventListener("change", () => { everyQueue = box.checked; drawHeat(figure, heat); figure.querySelector("input").focus(); });
      toggle.append(box, ` ${say("drawn.every_queue")}`);
      parts.unshift(toggle);
    }
    box.replaceChildren(...parts);
  }

  function legend(items) {
    const key = make("p", undefined, "key");
    for (const [shade, words] of items) {
      const item = make("span");
      item.append(make("i", undefined, shade), words);
      key.append(item);
    }
    return key;
  }

  // ---- map of over and under: what is there beside what is needed

  const BALANCE = [["h3", say("drawn.few_30")], ["h2", say("drawn.few_10")], ["h1", say("drawn.few")], ["h0", say("drawn.as_required")],
    ["o1", say("drawn.more_10")], ["o2", say("drawn.more_30")], ["o3", say("drawn.more_100")], ["hn", say("drawn.nobody")]];
  function balance(there, needed) {
    if (needed === null || (needed === 0 && there < 0.05)) return "hn";
    const over = needed > 0 ? there / needed - 1 : Infinity;
    return over < -0.3 ? "h3" : over < -0.1 ? "h2" : over < -1e-9 ? "h1" : over <= 0.1 ? "h0" : over <= 0.3 ? "o1" : over <= 1 ? "o2" : "o3";
  }
  const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${grouped(Math.abs(value), 1)}`;

  const duty = (name, moment, value, asked) => asked === null ? say("drawn.no_requirement", { name: name, moment: moment })
    : say("drawn.on_duty", { name: name, moment: moment, there: grouped(value, 1), needed: grouped(asked, 1), over: signed(value - asked) });

  function drawBalance(figure, chart) {
    const map = make("table"), body = map.createTBody();
    for (const [label, there, needed] of chart.rows) {
      const row = body.insertRow(), name = make("th", label), on = column(there), asked = column(needed);
      name.scope = "row"; name.title = label;
      row.append(name);
      row.insertCell().append(cells(on.map((value, k) => [balance(value, asked[k]), duty(label, moment(starts[k]), value, asked[k])])));
    }
    body.append(heatAxis());
    figure.querySelector(".drawing").replaceChildren(legend(BALANCE), map);
  }

  function balanceTable(chart) {
    return table([say("drawn.from"), ...chart.rows.map(([label]) => label)], starts.map((start, k) => [moment(start),
      ...chart.rows.map(([, there, needed]) => column(needed)[k] === null ? "–" : signed(column(there)[k] - column(needed)[k]))]));
  }

  function strip(one, values, goal) {
    return cells(values.map((value, k) =>
      [shade(value, goal), say("drawn.level", { name: one.label, moment: moment(starts[k]), level: shown(value, "share"), goal: shown(goal, "share") })]));
  }

  // A row of cells, each as wide as another: its class, and what it says to those who point at it.
  function cells(values) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", `0 0 ${values.length} 1`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("shape-rendering", "crispEdges");
    values.forEach(([shade, says], k) => {
      const cell = document.createElementNS(space, "rect"), words = document.createElementNS(space, "title");
      for (const [name, size] of [["x", k], ["y", 0], ["width", 1], ["height", 1]]) cell.setAttribute(name, size);
      cell.setAttribute("class", shade);
      words.textContent = says;
      cell.append(words);
      svg.append(cell);
    });
    return svg;
  }

  // Hours of one day; of more days or months, as many as there is room for. A day's name stands in its middle.
  function heatAxis() {
    const row = make("tr", undefined, "axis"), place = make("td"), few = innerWidth < 800, hours = span <= DAY;
    const step = (few ? 6 : 3) * 3600000;
    const words = hours ? [...starts.map((start) => start.slice(11, 16)), end.slice(11).replace(/^(00:00)?$/, "24:00")] : starts.map((start) =>
      span > 100 * DAY ? start.slice(0, 7) : `${DAYS[new Date(time(start)).getUTCDay()]} ${+start.slice(8, 10)}`);
    const room = few ? 0.22 : 0.11;
    const middles = !hours && span <= 100 * DAY && words.lastIndexOf(words[0]) > 0;
    let free = 0;
    words.forEach((word, k) => {
      const at = (middles && word !== words[k - 1] ? (k + words.lastIndexOf(word) + 1) / 2 : k) / starts.length;
      if (hours ? time(starts[k] ?? end) % step : word === words[k - 1] || at < free || at + (middles ? 0 : room) > 1) return;
      const tick = make("span", word, at === 1 && "last", !hours && !middles && "from", middles && "middle");
      tick.style.left = `${at * 100}%`;
      place.append(tick);
      free = at + room;
    });
    row.append(make("th"), place);
    return row;
  }

  function heatTable(heat) {
    const rows = data.views.filter((one) => known(column(heat.goal, one)) && known(column(heat.column, one)));
    return table([say("drawn.from"), ...rows.map((one) => one.label)],
      starts.map((start, k) => [moment(start), ...rows.map((one) => shown(column(heat.column, one)[k], "share"))]));
  }

  // ---- the page

  function fill(figure) {
    const details = figure.querySelector("details.figures"), chart = data.charts[figure.dataset.chart];
    if (details.open)
      details.querySelector(".scroll").replaceChildren(chart.kind === "heat" ? heatTable(chart) : chart.kind === "balance" ? balanceTable(chart) : chartTable(chart));
  }

  function draw(maps) {
    for (const figure of figures) {
      const chart = data.charts[figure.dataset.chart];
      if (chart.kind === "balance") { if (maps) drawBalance(figure, chart); }
      else if (chart.kind !== "heat") drawChart(figure, chart);
      else if (maps) drawHeat(figure, chart);
      fill(figure);
      figure.dataset.drawn = "yes";
    }
  }

  // The hours of the day in which anything is drawn on any of these days, of the days on which anything is: closed hours are left out.
  function openHours(places) {
    const limits = new Set(data.charts.flatMap((chart) => (chart.series ?? []).filter((one) => one.look === "limit").map((one) => one.column)));
    const shown = [data, ...data.views].flatMap((one) => Object.entries(one.columns)).filter(([name, values]) =>
      Array.isArray(values) && values.length === every.length && name !== "start" && !timeless.has(name) && !limits.has(name)).map(([, values]) => values);
    const clock = (k) => every[k].slice(11), day = (k) => every[k].slice(0, 10), busy = places.filter((k) => shown.some((values) => values[k]));
    const hours = busy.map(clock).sort(), days = new Set(busy.map(day));
    return busy.length ? places.filter((k) => clock(k) >= hours[0] && clock(k) <= hours.at(-1) && days.has(day(k))) : places;
  }

  // From when to when, in hours, the days that are drawn are closed.
  function closes() {
    const hour = (moment) => time(moment) % DAY / 3600000;
    return [hour(end) + 1 / 3600, hour(starts[0]) || 24]; // a second later: the end itself is drawn
  }

  function keep(places) {
    kept = places;
    starts = column("start");
    end = kept ? every[kept.at(-1) + 1] ?? data.end : data.end;
    span = time(end) - time(starts[0]);
  }

  // Where a run has several days and they have intervals: all of them, or one.
  function dayPicker() {
    const days = [...new Set(starts.map((start) => start.slice(0, 10)))];
    if (days.length < 2 || days.length > 62 || days.length === starts.length || !figures.length) return;
    const label = make("label", `${say("drawn.day")} `, "only-screen"), pick = make("select"), note = make("span");
    pick.id = "day";
    pick.append(new Option(say("drawn.all_days"), ""), ...days.map((day) => new Option(`${DAYS[new Date(time(day)).getUTCDay()]} ${day}`, day)));
    label.append(pick, note);
    pick.addEventListener("change", () => {
      keep(pick.value ? openHours([...every.keys()].filter((k) => every[k].startsWith(pick.value))) : whole);
      note.textContent = pick.value ? say("drawn.waits") : "";
      draw(true);
    });
    const beside = chooser?.closest("p") ?? make("p", undefined, "chooser");
    const first = figures.find((figure) => !["classes", "curve"].includes(data.charts[figure.dataset.chart].kind));
    if (!chooser) (first ?? figures[0]).before(beside);
    beside.prepend(label, " ");
  }

  function choose() {
    view = data.views[chooser.value];
    document.getElementById("view-says").textContent = view.says;
    draw(false);
  }

  if (chooser) chooser.addEventListener("change", choose);
  if (chooser) document.getElementById("view-says").textContent = view.says;
  for (const figure of figures) figure.querySelector("details.figures").addEventListener("toggle", () => fill(figure));
  let waiting, width = innerWidth;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (innerWidth !== width) { width = innerWidth; draw(true); } }, 120);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(false));
  // Paper is white and 180 mm wide, whatever the screen is.
  addEventListener("beforeprint", () => { document.documentElement.dataset.paper = "yes"; draw(true); });
  addEventListener("afterprint", () => { delete document.documentElement.dataset.paper; draw(true); });
  const open = starts.length > 1 && time(starts[1]) - time(starts[0]) < DAY ? openHours([...every.keys()]) : every;
  const whole = open.length < every.length ? open : null; // the places of all days' open hours, where some are closed
  dayPicker();
  if (whole) keep(whole);
  draw(true);
})();
