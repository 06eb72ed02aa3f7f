// The what-if page: what is moved goes to the server at once, and the latest answer is shown.
"use strict";
(() => {
  const plan = JSON.parse(document.getElementById("plan").textContent);
  const at = (id) => document.getElementById(id);
  const tab = Math.random().toString(36).slice(2);
  const REST_MS = 500, DAYS = 10;
  // Times of the plan, in per cent of it; shares are per cent of people, as they are.
  const KINDS = [
    { key: "staff", of: "groups", label: say("what_if.staff"), times: true },
    { key: "volume", of: "queues", label: say("what_if.volume"), times: true, least: 0, most: 200 },
    { key: "aht", of: "queues", label: say("what_if.aht"), times: true },
    { key: "patience", of: "queues", label: say("judged.patience"), times: true },
    { key: "absence", of: "groups", label: say("what_if.absence") },
    { key: "shrinkage", of: "groups", label: say("what_if.shrinkage") },
  ];
  let state = { set: {}, lost: null }, history = [], latest = null, resting = 0, shown = null, days = 1;

  // What can be chosen on the left: everything, lines that help each other out, a queue with the groups that
  // answer it, or a group.
  const scopes = [], option = (label, value) => Object.assign(document.createElement("option"), { textContent: label, value });
  const of = (label, lines, more) => ({ label, lines, queues: lines.filter((line) => plan.queues[line]),
    groups: Object.keys(plan.groups).filter((group) => lines.some((line) => plan.answers[group].includes(line))), ...more });
  const offer = (label, some) => {
    if (!some.length) return;
    const list = label ? Object.assign(document.createElement("optgroup"), { label }) : at("scope");
    if (label) at("scope").append(list);
    for (const scope of some) list.append(option(scope.label, scopes.push(scope) - 1));
  };
  offer("", [{ ...of(say("what_if.all"), plan.lines), groups: Object.keys(plan.groups), whole: plan.whole }]);
  offer(say("what_if.together"), plan.together.map((lines) => of(lines.slice(0, 3).join(", ") + (lines.length > 3 ? " …" : ""), lines)));
  offer(say("what_if.lines"), plan.lines.map((line) => of(line, [line], { queue: line })));
  offer(say("what_if.groups"), Object.keys(plan.groups).map((group) =>
    ({ label: say("goals.of_group", { name: group }), lines: [], queues: [], groups: [group] })));
  plan.lines.forEach((line) => at("line").append(option(line, line)));

  const paths = (kind, scope) => scope.whole?.[kind.key] ? [scope.whole[kind.key]]
    : scope[kind.of].map((name) => plan[kind.of][name][kind.key]).filter(Boolean);
  const value = (path) => state.set[path] ?? plan.values[path];
  const whole = (kind, path) => kind.times && plan.values[path] || 1; // what 100 % is
  const percent = (kind, path) => 100 * value(path) / whole(kind, path);
  const number = (some, digits) => some.toLocaleString(document.documentElement.lang, {
    minimumFractionDigits: digits, maximumFractionDigits: digits });
  const signed = (some) => (some > 0 ? "+" : some < 0 ? "−" : "") + number(Math.abs(some), 0);

  const put = (path, some) => {
    const rounded = Math.round(some * 1e6) / 1e6;
    if (Math.abs(rounded - plan.values[path]) < 1e-9) delete state.set[path]; else state.set[path] = rounded;
  };

  const copy = () => JSON.parse(JSON.stringify(state));
  let noted = "";
  const change = (what, act) => { // steps of one drag are undone together
    if (noted !== what || !what) history.push(copy());
    noted = what;
    act();
    at("undo").disabled = false;
    forget();
    ask(1);
  };

  // `now` and `was`: the values of all that a slider moves, in the changed plan and in the plan.
  const span = (some) => {
    const least = Math.min(...some), most = Math.max(...some), plain = (one) => number(one, Math.abs(one % 1) > 1e-6 ? 1 : 0);
    return most - least < 1e-6 ? plain(least) : say("what_if.range", { least: plain(least), most: plain(most) });
  };
  const move = (label, min, max, now, was, act) => {
    const row = document.createElement("div"), id = "m" + Math.random().toString(36).slice(2);
    const alike = Math.max(...now) - Math.min(...now) < 1e-6, middle = now.reduce((sum, one) => sum + one, 0) / now.length;
    row.className = "move";
    const head = Object.assign(document.createElement("label"), { htmlFor: id, textContent: label });
    const pair = Object.assign(document.createElement("div"), { className: "pair" });
    const slider = Object.assign(document.createElement("input"), { type: "range", id, min, max, step: 1, value: middle });
    const field = Object.assign(document.createElement("input"), { type: "number", min: 0, max: 1000, step: "any",
      value: alike ? Math.round(now[0] * 1e4) / 1e4 : "", placeholder: alike ? "" : "≠" });
    field.setAttribute("aria-label", say("what_if.field", { label: label }));
    const back = Object.assign(document.createElement("button"), { type: "button", textContent: "↺" });
    back.setAttribute("aria-label", say("what_if.reset", { label: label }));
    const small = document.createElement("small");
    const tell = (each) => {
      row.classList.toggle("moved", each.some((one, nth) => Math.abs(one - was[nth]) > 1e-6));
      const said = say("what_if.percent", { number: span(each) }), planned = say("what_if.percent", { number: span(was) });
      slider.setAttribute("aria-valuetext", said);
      small.textContent = (Math.max(...each) - Math.min(...each) < 1e-6 ? "" : say("what_if.mixed", { percent: said }) + " ")
        + say("what_if.planned", { percent: planned });
    };
    const all = (one) => { tell(now.map(() => one)); act(one, label); };
    tell(now);
    slider.addEventListener("input", () => { field.value = slider.value; all(+slider.value); });
    field.addEventListener("input", () => {
      if (field.value === "" || !field.validity.valid) return;
      slider.value = field.value; all(+field.value);
    });
    back.addEventListener("click", () => { act(null, ""); draw(); });
    pair.append(slider, field, back);
    row.append(head, pair, small);
    at("sliders").append(row);
    return row;
  };

  let added = null;
  const draw = () => {
    const scope = scopes[at("scope").value || 0];
    at("sliders").textContent = "";
    added = null;
    for (const kind of KINDS) {
      const mine = paths(kind, scope);
      if (!mine.length) continue;
      const each = mine.map((path) => percent(kind, path)), was = mine.map((path) => 100 * plan.values[path] / whole(kind, path));
      const row = move(kind.label, kind.least ?? (kind.times ? 50 : 0), kind.most ?? (kind.times ? 150 : 60), each, was, (some, what) =>
        change(what && what + scope.label, () => mine.forEach((path) => put(path,
          some === null ? plan.values[path] : whole(kind, path) * some / 100))));
      if (kind.key === "staff") {
        added = { small: document.createElement("small"), groups: scope.groups };
        row.append(added.small);
      }
    }
    const goal = scope.queue && plan.goals[scope.queue];
    at("more").hidden = !goal;
    if (goal) {
      at("share-kept").value = Math.round(1e4 * value(goal)) / 100;
      move(say("what_if.goal"), 50, 99, [100 * value(goal)], [100 * plan.values[goal]], (some, what) =>
        change(what && what + scope.label, () => put(goal, some === null ? plan.values[goal] : some / 100)));
    }
    people();
    calls();
  };

  // Each line of an answer is heard as it comes, until the question is given up.
  const answers = async (path, more, signal, hear) => {
    const answer = await fetch(path, { method: "POST", signal,
      headers: { "content-type": "application/json" }, body: JSON.stringify({ ...state, ...more, tab }) });
    if (!answer.ok) throw new Error(await answer.text());
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value: some } = await reader.read();
      if (done || signal.aborted) return;
      const lines = (rest + some).split("\n");
      rest = lines.pop();
      for (const line of lines) hear(JSON.parse(line));
    }
  };
  const why = (error) => error instanceof TypeError ? say("what_if.gone") : error.message;

  // The server is asked; what was asked before is given up.
  const ask = async (wanted) => {
    clearTimeout(resting);
    latest?.abort();
    const mine = latest = new AbortController();
    try {
      await answers("/look", { days: wanted }, mine.signal, show);
      if (mine === latest && wanted < DAYS) resting = setTimeout(() => ask(DAYS), REST_MS);
    } catch (error) {
      if (error.name !== "AbortError" && mine === latest) at("mistake").textContent = why(error);
    }
  };

  // How many people more: what is found is a change like any other.
  let search = null;
  const searching = (now) => {
    search?.abort();
    search = now;
    at("done").hidden = !now;
    at("done").value = 0;
    at("find").textContent = now ? say("what_if.cancel") : say("what_if.find");
  };
  const forget = () => { if (search) searching(null); at("found").textContent = ""; };
  const find = async () => {
    if (search) { forget(); return; }
    const scope = scopes[at("scope").value], share = at("share-kept"), mine = new AbortController();
    if (share.value === "" || !share.reportValidity()) return;
    searching(mine);
    at("found").textContent = "";
    let text = "", more = null;
    try {
      await answers("/more", { queue: scope.queue, share: Math.round(share.value * 1e4) / 1e6 }, mine.signal, (line) => {
        if (line.done !== undefined) at("done").value = line.done;
        if (line.mistake !== undefined) text = line.mistake;
        if (line.more) more = line.more;
      });
    } catch (error) {
      if (error.name === "AbortError") return;
      text = why(error);
    }
    if (mine !== search) return;
    searching(null);
    if (more) {
      change("", () => Object.entries(more.set).forEach(([path, some]) => put(path, some)));
      draw();
      text = more.said;
    }
    at("found").textContent = text;
  };

  // Only cells that say something else are written: to draw a table anew takes longer than all else here.
  const tables = {};
  const table = (id, head, rows) => {
    const wide = head.length, lines = tables[id];
    if (lines?.length !== rows.length) {
      const box = (tag, scope, column) => Object.assign(document.createElement(tag), { className: column ? "" : "name", scope });
      const line = (cells) => { const row = document.createElement("tr"); row.append(...cells); return row; };
      const top = document.createElement("thead"), body = document.createElement("tbody");
      top.append(line(head.map((text, column) => {
        const cell = box("th", "col", column);
        cell.append(Object.assign(document.createElement("span"), { textContent: text }));
        return cell;
      })));
      tables[id] = rows.map(() => Array.from({ length: wide }, () => document.createElement("span")));
      body.append(...tables[id].map((spans) => line(spans.map((span, column) => {
        const cell = column ? box("td", "", column) : box("th", "row", column);
        cell.append(span);
        return cell;
      }))));
      at(id).replaceChildren(top, body);
    }
    rows.forEach((cells, nth) => cells.forEach((cell, column) => {
      const [text, kind, more] = Array.isArray(cell) ? cell : [cell, ""], span = tables[id][nth][column];
      if (span.textContent !== text) span.textContent = text;
      if (span.className !== kind) span.className = kind;
      if (more && span.dataset.more !== more) span.dataset.more = more;
    }));
  };
  const heads = () => [say("what_if.plan"), say("what_if.what_if"), say("what_if.difference")];

  const show = (seen) => {
    if (seen.mistake !== undefined) { at("mistake").textContent = seen.mistake; return; }
    shown = seen;
    at("mistake").textContent = "";
    const ms = number(seen.ms / 1000, 2);
    at("state").className = seen.exact ? "exact" : "approximate";
    at("state").textContent = !seen.exact ? say("what_if.approximate", { simulated: seen.simulated, changed: seen.changed, s: ms })
      : seen.days === 1 ? say("what_if.one_day", { changed: seen.changed, islands: seen.islands, s: ms })
        : say("what_if.days", { days: seen.days });
    at("state").dataset.days = seen.days;
    const rows = seen.lines.flatMap((line) => line.bounds.map((bound, nth) => [
      nth ? "" : line.name, bound.figure, [bound.promise, "", bound.at_most && bound.figure], bound.before, bound.after,
      [bound.difference, bound.tone && "marked " + bound.tone],
      nth ? "" : line.verdicts[0], nth ? "" : line.verdicts[1]]));
    table("goals", [say("what_if.line"), say("what_if.figure"), say("what_if.promise"), ...heads(),
      say("what_if.met_before"), say("what_if.met_after")], rows);
    at("goals").className = seen.exact ? "" : "approximate";
    verdict();
    later();
  };

  // The verdict is painted first, and what is below it by the next frame.
  let due = false;
  const later = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => setTimeout(() => { due = false; rest(shown); }));
  };
  const rest = (seen) => {
    table("offered", [say("what_if.line"), ...heads()], plan.lines.map((line) => {
      const [was, now] = seen.calls[line];
      return [line, number(was, 0), now === null ? "≈" : number(now, 0), now === null ? "≈" : signed(Math.round(now - was))];
    }));
    people();
    at("seats-part").hidden = !seen.sites.length;
    table("seats", [say("what_if.site"), say("what_if.there"), ...heads()], seen.sites.map((site) =>
      [site.name, site.seats === null ? "–" : number(site.seats, 0), number(site.used[0], 0), number(site.used[1], 0),
        signed(site.used[1] - site.used[0])]));
    at("costs-part").hidden = !seen.costs;
    if (seen.costs) {
      const [before, after] = seen.costs.amounts.total;
      at("costs").textContent = say("what_if.cost", { before: number(before, 0), after: number(after, 0),
        more: signed(after - before), currency: seen.costs.currency });
    }
    calls();
    picture();
  };

  // What a planner asks first, seen also where the sliders are: how many goals are kept, and the line that is
  // looked at; of several lines the one whose share moved the most.
  const verdict = () => {
    const sum = (of) => shown.lines.reduce((all, line) => all + of(line), 0), about = shown.lines.some((line) => line.approximate);
    const [[was, planned], [now, all]] = [0, 1].map((nth) => [0, 1].map((part) => number(sum((line) => line.kept[nth][part]), 0)));
    at("kept").textContent = shown.lines.length ? say("what_if.kept", { was: was, planned: planned, now: about ? "≈" : now, of: all }) : "";
    const scope = scopes[at("scope").value || 0], shares = shown.lines.filter((line) =>
      line.queue && line.bounds[0].share && line.bounds[0].values[1] !== null);
    const mine = shares.filter((line) => scope.lines.includes(line.name));
    const moved = (line) => Math.abs(line.bounds[0].values[2].mean ?? 0);
    const [most] = (mine.length ? mine : shares).sort((one, other) => moved(other) - moved(one));
    const { figure, before, after, difference } = most?.bounds[0] ?? {};
    at("most").textContent = most ? say("what_if.most", { line: most.name, figure: figure, before: before, after: after,
      difference: difference.replaceAll(" ", "\u00a0") }) : "";
  };

  const calls = () => {
    const { lines } = scopes[at("scope").value || 0];
    if (!shown || !lines.length) { at("calls").textContent = ""; return; }
    const [was, now] = [0, 1].map((nth) => lines.every((line) => shown.calls[line][nth] !== null)
      ? number(lines.reduce((sum, line) => sum + shown.calls[line][nth], 0), 0) : "≈");
    at("calls").textContent = say("what_if.calls", { was: was, now: now });
  };

  const people = () => {
    if (!shown) return;
    const rows = Object.entries(shown.people).map(([name, [was, now]]) =>
      [name, number(was, 0), number(now, 0), signed(now - was)]);
    table("people", [say("what_if.group_head"), ...heads()], rows);
    if (!added) return;
    const sum = (nth) => added.groups.reduce((all, name) => all + shown.people[name][nth], 0);
    const more = sum(1) - sum(0);
    added.small.textContent = say("what_if.people_added", { more: signed(more), all: number(sum(1), 0) });
  };

  const picture = () => {
    const line = at("line").value, [was, now] = shown.day[line], space = "http://www.w3.org/2000/svg";
    const WIDE = 720, HIGH = 240, LEFT = 60, LOW = 24;
    const make = (tag, some, text) => {
      const found = document.createElementNS(space, tag);
      for (const [name, one] of Object.entries(some)) found.setAttribute(name, one);
      if (text !== undefined) found.textContent = text;
      return found;
    };
    const x = (cell) => LEFT + (WIDE - LEFT - 8) * cell / Math.max(was.length - 1, 1);
    const y = (level) => 8 + (HIGH - LOW - 8) * (1 - level);
    const path = (levels) => levels.map((level, cell) => level === null ? ""
      : (cell && levels[cell - 1] !== null ? "L" : "M") + x(cell).toFixed(1) + " " + y(level).toFixed(1)).join(" ");
    const svg = make("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
    svg.append(make("title", {}, say("what_if.picture", { line: line })));
    for (const level of [0, 0.25, 0.5, 0.75, 1]) {
      svg.append(make("line", { class: "axis", x1: LEFT, x2: WIDE - 8, y1: y(level), y2: y(level) }));
      svg.append(make("text", { x: LEFT - 6, y: y(level) + 4, "text-anchor": "end" },
        say("what_if.percent", { number: number(100 * level, 0) })));
    }
    const hour = 60 / plan.interval_min;
    for (let cell = 0; cell < was.length; cell += Math.max(hour * 4, Math.ceil(was.length / 8))) {
      const clock = Math.round(cell / hour) % 24;
      svg.append(make("text", { x: x(cell), y: HIGH - 6, "text-anchor": "middle" }, String(clock).padStart(2, "0") + ":00"));
    }
    const goal = plan.goals[line];
    if (goal) svg.append(make("line", { class: "promise", x1: LEFT, x2: WIDE - 8, y1: y(value(goal)), y2: y(value(goal)) }));
    svg.append(make("path", { class: "was", d: path(was) }), make("path", { class: "now", d: path(now) }));
    const words = document.createElement("figcaption");
    words.textContent = say("what_if.legend");
    at("day").replaceChildren(svg, words);
  };

  const post = async (path) => {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...state, days: Math.max(shown?.days ?? 1, 1), tab }) });
    const text = await answer.text();
    if (answer.ok) return text;
    at("mistake").textContent = text;
    return null;
  };
  const saved = (text, kind) => URL.createObjectURL(new Blob([text], { type: kind }));

  at("scope").addEventListener("change", () => {
    const scope = scopes[at("scope").value];
    forget();
    if (scope.queue) at("line").value = scope.queue;
    draw();
    if (shown) { picture(); verdict(); }
  });
  at("line").addEventListener("change", () => shown && picture());
  at("moves").addEventListener("submit", (event) => event.preventDefault());
  const lose = () => change("", () => {
    state.lost = at("site").value ? { site: at("site").value, at: at("at").value || "10:00" } : null;
  });
  at("site")?.addEventListener("change", lose);
  at("at")?.addEventListener("change", () => at("site").value && lose());
  const restore = () => {
    if (at("site")) { at("site").value = state.lost?.site ?? ""; if (state.lost) at("at").value = state.lost.at; }
    at("undo").disabled = !history.length;
    noted = "";
    forget();
    draw();
    ask(1);
  };
  at("find").addEventListener("click", find);
  at("undo").addEventListener("click", () => { state = history.pop(); restore(); });
  at("reset").addEventListener("click", () => { history.push(copy()); state = { set: {}, lost: null }; restore(); });
  at("yaml").addEventListener("click", async () => {
    const text = await post("/yaml");
    if (text === null) return;
    at("text").textContent = text;
    at("save").href = saved(text, "text/yaml");
    at("same").textContent = `${plan.command} --runs ${shown?.days ?? 1}`;
    at("file").showModal();
  });
  at("close").addEventListener("click", () => at("file").close());
  at("share").addEventListener("click", async () => {
    at("share").disabled = true;
    const text = await post("/share");
    at("share").disabled = false;
    if (text === null) return;
    Object.assign(document.createElement("a"), { href: saved(text, "text/html"), download: "what-if.html" }).click();
  });
  setInterval(() => fetch("/here", { method: "POST" }).catch(() => {}), 20000);
  draw();
  ask(1);
})();
