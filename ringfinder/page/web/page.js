"use strict";
(function () {
  const $ = (id) => document.getElementById(id);
  const read = (id) => JSON.parse($(id).textContent);
  const base = read("run-data");
  const buttons = Array.from(document.querySelectorAll("button.ring"));
  const FONT = "system-ui, 'Segoe UI', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
  const now = { ring: null, index: -1, network: null, edges: null, lit: null, picked: null, hover: null, reason: -1,
    hidden: new Set(), turn: 0 };
  let theme = {};

  // ---- small helpers -----------------------------------------------------------------------------------------
  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function empty(node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  }
  function say(text) { $("said").textContent = text; }
  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(name).trim();
    theme = { ink: get("--ink"), muted: get("--muted"), halo: get("--ground"), paper: get("--paper"),
      debtor: get("--debtor"), accent: get("--accent") };
  }
  function familyName(code) {
    const known = base.families[code];
    return known ? known.en + " " + known.zh : code;
  }

  // ---- shapes: one drawing for the graph and for the legend ---------------------------------------------------
  function polygon(ctx, x, y, r, sides, turn, squash) {
    for (let k = 0; k < sides; k += 1) {
      const a = turn + (k * 2 * Math.PI) / sides;
      const far = squash && k % 2 ? r * squash : r;
      ctx[k ? "lineTo" : "moveTo"](x + far * Math.cos(a), y + far * Math.sin(a));
    }
    ctx.closePath();
  }
  function outline(ctx, code, x, y, r) {
    ctx.beginPath();
    if (code === "organiser") polygon(ctx, x, y, r, 6, 0);
    else if (code === "agent" || code === "insider") polygon(ctx, x, y + r * 0.18, r * 1.12, 3, -Math.PI / 2);
    else if (code === "lawful representative") polygon(ctx, x, y - r * 0.18, r * 1.12, 3, Math.PI / 2);
    else if (code === "shared phone" || code === "shared number block") polygon(ctx, x, y, r * 1.08, 4, 0);
    else if (code === "shared payee") polygon(ctx, x, y, r * 1.12, 10, -Math.PI / 2, 0.48);
    else if (code === "company" || code === "front company") ctx.roundRect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76, r * 0.3);
    else if (code === "shared template" || code === "shared document") {
      const w = r * 0.74, h = r * 0.98, c = r * 0.55;
      ctx.moveTo(x - w, y - h); ctx.lineTo(x + w - c, y - h); ctx.lineTo(x + w, y - h + c);
      ctx.lineTo(x + w, y + h); ctx.lineTo(x - w, y + h); ctx.closePath();
    } else if (code === "shared device") polygon(ctx, x, y, r, 8, Math.PI / 8);
    else if (code === "mail item") ctx.rect(x - r, y - r * 0.7, r * 2, r * 1.4);
    else if (code === "other") polygon(ctx, x, y, r * 0.95, 5, -Math.PI / 2);
    else ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
  function inside(ctx, code, x, y, r) {
    ctx.beginPath();
    if (code === "shared template") {
      for (const row of [-0.3, 0.1, 0.5]) { ctx.moveTo(x - r * 0.4, y + row * r); ctx.lineTo(x + r * 0.4, y + row * r); }
    } else if (code === "shared document") {
      ctx.arc(x, y + r * 0.2, r * 0.3, 0, 2 * Math.PI);
    } else if (code === "company" || code === "front company") {
      for (const col of [-0.32, 0.32]) for (const row of [-0.36, 0.12]) ctx.rect(x + col * r - r * 0.12, y + row * r - r * 0.1, r * 0.24, r * 0.24);
    } else if (code === "shared number block") {
      for (const col of [-0.32, 0, 0.32]) { ctx.moveTo(x + col * r, y - r * 0.3); ctx.lineTo(x + col * r, y + r * 0.3); }
    } else if (code === "shared phone") {
      ctx.roundRect(x - r * 0.26, y - r * 0.46, r * 0.52, r * 0.92, r * 0.12);
      ctx.moveTo(x - r * 0.08, y + r * 0.28); ctx.lineTo(x + r * 0.08, y + r * 0.28);
    } else if (code === "organiser") {
      ctx.arc(x, y - r * 0.24, r * 0.22, 0, 2 * Math.PI);
      ctx.moveTo(x - r * 0.42, y + r * 0.5); ctx.arc(x, y + r * 0.5, r * 0.42, Math.PI, 0);
    } else return;
    ctx.stroke();
  }
  function shape(ctx, role, x, y, r, strong) {
    outline(ctx, role.code, x, y, r);
    ctx.fillStyle = role.code === "debtor" ? theme.paper : role.colour;
    ctx.fill();
    ctx.lineWidth = role.code === "debtor" ? 2 : 1.4;
    ctx.strokeStyle = role.code === "debtor" ? theme.debtor : theme.paper;
    if (strong) { ctx.lineWidth = 3; ctx.strokeStyle = theme.accent; }
    if (role.layer < 4 || strong) ctx.stroke();
    ctx.lineWidth = Math.max(1, r * 0.12);
    ctx.strokeStyle = "rgba(255,255,255,.92)";
    inside(ctx, role.code, x, y, r);
  }
  function icon(role) {
    const canvas = make("canvas");
    canvas.width = 40; canvas.height = 40;
    canvas.setAttribute("aria-hidden", "true");
    const ctx = canvas.getContext("2d");
    ctx.scale(2, 2);
    shape(ctx, role, 10, 10, role.layer === 4 ? 3.5 : role.code === "debtor" ? 5.5 : 7.5, false);
    return canvas;
  }

  // ---- the drawing ------------------------------------------------------------------------------------------
  function roleOf(m) { return base.roles[now.ring.members[m].role]; }
  function isLit(m) { return !now.lit || now.lit.has(m); }
  function draw(ring) {
    if (now.network) now.network.destroy();
    empty($("graph"));
    now.placed = new Map(ring.nodes.map((n) => [n.m, n]));
    now.near = new Map();
    for (const e of ring.edges) {
      for (const [a, b] of [[e.from, e.to], [e.to, e.from]]) {
        if (!now.near.has(a)) now.near.set(a, []);
        now.near.get(a).push({ m: b, e });
      }
    }
    const nodes = new vis.DataSet(ring.nodes.map((n) => ({
      id: n.m, x: n.x, y: n.y, size: n.size, fixed: true, physics: false, shape: "custom",
      hidden: now.hidden.has(ring.members[n.m].role),
      ctxRenderer: ({ ctx, x, y }) => ({
        drawNode() {
          ctx.save();
          ctx.globalAlpha = isLit(n.m) ? 1 : 0.16;
          shape(ctx, roleOf(n.m), x, y, n.size, n.m === now.picked || n.m === now.hover);
          ctx.restore();
        },
        nodeDimensions: { width: Math.max(14, n.size * 2), height: Math.max(14, n.size * 2) },
      }),
    })));
    now.nodes = nodes;
    now.edges = new vis.DataSet(ring.edges.map((e, k) => ({ id: k, from: e.from, to: e.to, width: e.w,
      dashes: e.d ? [5, 4] : false, color: stroke(e) })));
    const network = new vis.Network($("graph"), { nodes, edges: now.edges }, {
      physics: { enabled: false }, layout: { randomSeed: 0, improvedLayout: false }, autoResize: true,
      edges: { smooth: false, hoverWidth: 1, selectionWidth: 1, chosen: false }, nodes: { chosen: false },
      interaction: { hover: true, dragNodes: false, hoverConnectedEdges: false, selectable: false, tooltipDelay: 1e9,
        keyboard: false, zoomSpeed: 0.7 },
    });
    now.network = network;
    network.on("beforeDrawing", sectors);
    network.on("afterDrawing", (ctx) => { labels(ctx); document.documentElement.dataset.ready = ring.id; });
    network.on("hoverNode", (p) => { now.hover = p.node; now.turn += 1; tip(memberLines(p.node, 4), p.pointer.DOM); network.redraw(); });
    network.on("blurNode", () => { now.hover = null; now.turn += 1; $("tip").hidden = true; network.redraw(); });
    network.on("hoverEdge", (p) => { if (now.hover === null) tip(edgeLines(ring.edges[p.edge]), p.pointer.DOM); });
    network.on("blurEdge", () => { if (now.hover === null) $("tip").hidden = true; });
    network.on("dragStart", () => { $("tip").hidden = true; });
    network.on("click", (p) => {
      const hit = network.getNodeAt(p.pointer.DOM);
      if (hit === undefined) clear(); else pick(hit);
    });
    network.on("resize", fit);
    fit();
  }
  function fit() {
    const box = $("graph"), nodes = now.ring.nodes;
    if (!nodes.length || !box.clientWidth) return;
    const xs = nodes.map((n) => n.x), ys = nodes.map((n) => n.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "11.5px " + FONT;
    const rim = nodes.filter((n) => roleOf(n.m).layer >= 3);
    const text = Math.min(130, Math.max(24, ...rim.map((n) => pen.measureText(n.label).width)));
    const scale = Math.min(1.3, (box.clientWidth - 2 * text - 26) / (right - left + 30), (box.clientHeight - 58) / (bottom - top + 30));
    now.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(0.03, scale) });
  }
  function stroke(e) {
    const lit = !now.lit || (now.lit.has(e.from) && now.lit.has(e.to) && (now.picked === null || e.from === now.picked || e.to === now.picked));
    const opacity = now.lit ? (lit ? 0.85 : 0.04) : Math.max(0.2, Math.min(0.5, 5 / Math.sqrt(now.ring.edges.length)));
    return { color: base.strokes[e.f] || base.strokes[""], opacity, inherit: false };
  }
  function repaint() {
    now.turn += 1;
    now.edges.update(now.ring.edges.map((e, k) => ({ id: k, color: stroke(e) })));
    now.network.redraw();
  }
  function sectors(ctx) {
    const tints = ["#E69F00", "#0072B2", "#009E73", "#AA4499", "#56B4E9"];
    for (const [k, s] of now.ring.sectors.entries()) {
      if (now.hidden.has(now.ring.members[s.m].role)) continue;
      ctx.save();
      ctx.globalAlpha = now.lit && !now.lit.has(s.m) ? 0.03 : 0.09;
      ctx.fillStyle = tints[k % tints.length];
      ctx.scale(s.k, 1);
      ctx.beginPath();
      ctx.arc(0, 0, s.R, s.a, s.b);
      ctx.arc(0, 0, s.r, s.b, s.a, true);
      ctx.closePath();
      ctx.fill();
      ctx.restore();
    }
  }

  // ---- labels: placed greedily so that none covers another or a node -------------------------------------------
  function labels(ctx) {
    const scale = now.network.getScale();
    const key = scale.toFixed(3) + "/" + now.turn;
    if (now.labelKey !== key) { now.labelKey = key; now.labelSet = place(ctx, scale); }
    ctx.save();
    ctx.scale(1 / scale, 1 / scale);
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const l of now.labelSet) {
      ctx.globalAlpha = l.faint ? 0.25 : 1;
      ctx.font = l.font;
      ctx.textAlign = "left";
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = theme.halo;
      ctx.strokeText(l.text, l.x, l.y);
      ctx.fillStyle = l.colour;
      ctx.fillText(l.text, l.x, l.y);
    }
    ctx.restore();
  }
  function place(ctx, scale) {
    const boxes = [];
    const out = [];
    for (const n of now.placed.values()) {
      if (now.hidden.has(now.ring.members[n.m].role)) continue;
      const r = n.size * scale;
      boxes.push({ x: n.x * scale - r, y: n.y * scale - r, w: 2 * r, h: 2 * r, m: n.m });
    }
    const free = (b) => boxes.every((o) => o.m === b.m || b.x >= o.x + o.w || o.x >= b.x + b.w || b.y >= o.y + o.h || o.y >= b.y + b.h);
    const first = (n) => (n.m === now.hover || n.m === now.picked ? 0 : now.lit && now.lit.has(n.m) ? 1 : 2);
    const queue = Array.from(now.placed.values())
      .filter((n) => !now.hidden.has(now.ring.members[n.m].role))
      .filter((n) => roleOf(n.m).layer < 4 || first(n) < 1 || (scale > 1.6 && isLit(n.m)))
      .sort((a, b) => first(a) - first(b) || roleOf(a.m).layer - roleOf(b.m).layer || b.size - a.size || a.m - b.m);
    for (const n of queue) {
      const layer = roleOf(n.m).layer;
      const size = layer < 2 ? 13 : layer < 3 ? 12.5 : 11.5;
      const font = (layer < 3 ? "600 " : "") + size + "px " + FONT;
      ctx.font = font;
      const w = ctx.measureText(n.label).width + 4, h = size + 4;
      const x = n.x * scale, y = n.y * scale, r = n.size * scale;
      const below = [x - w / 2, y + r + 2], above = [x - w / 2, y - r - h - 2];
      const right = [x + r + 4, y - h / 2], left = [x - r - w - 4, y - h / 2];
      let spots = [below, above, right, left];
      if (layer >= 3) {
        const far = rimOf(n, scale);
        const flat = Math.abs(n.x) > Math.abs(n.y) * 0.4;
        const out1 = flat ? (n.x > 0 ? [far.x + 3, far.y - h / 2] : [far.x - w - 3, far.y - h / 2]) : [far.x - w / 2, n.y > 0 ? far.y + 2 : far.y - h - 2];
        spots = [out1, n.x > 0 ? right : left, n.y > 0 ? below : above, n.x > 0 ? left : right, n.y > 0 ? above : below];
      }
      const spot = spots.find((s) => free({ x: s[0], y: s[1], w, h, m: n.m })) || (first(n) === 0 ? spots[0] : null);
      if (!spot) continue;
      boxes.push({ x: spot[0], y: spot[1], w, h, m: -1 });
      out.push({ text: n.label, x: spot[0] + 2, y: spot[1] + h / 2, font, faint: !isLit(n.m),
        colour: layer < 3 ? theme.ink : theme.muted });
    }
    for (const s of now.ring.sectors) {
      if (now.hidden.has(now.ring.members[s.m].role) || !now.placed.has(s.m)) continue;
      const text = s.n + " via " + now.placed.get(s.m).label;
      const font = "600 11px " + FONT;
      ctx.font = font;
      const w = ctx.measureText(text).width + 6, h = 15, mid = (s.a + s.b) / 2;
      const spots = [0, 0.3, -0.3].map((d) => mid + d * (s.b - s.a)).flatMap((a) => [14, 26].map((d) =>
        [(s.r - d) * Math.cos(a) * s.k * scale - w / 2, (s.r - d) * Math.sin(a) * scale - h / 2]));
      const spot = spots.find((p) => free({ x: p[0], y: p[1], w, h, m: -2 }));
      if (!spot) continue;
      boxes.push({ x: spot[0], y: spot[1], w, h, m: -1 });
      out.push({ text, x: spot[0] + 3, y: spot[1] + h / 2, font, faint: !isLit(s.m), colour: theme.muted });
    }
    return out;
  }
  function rimOf(n, scale) {
    let far = n, reach = Math.hypot(n.x, n.y);
    for (const { m } of now.near.get(n.m) || []) {
      const other = now.placed.get(m);
      if (!other || roleOf(m).layer !== 4 || now.hidden.has(now.ring.members[m].role)) continue;
      const d = Math.hypot(other.x, other.y);
      if (d > reach) { reach = d; far = other; }
    }
    const own = Math.hypot(n.x, n.y) || 1, past = (reach + (far === n ? n.size : 4)) * scale;
    return { x: (n.x / own) * past, y: (n.y / own) * past };
  }

  // ---- hover, selection, reasons -----------------------------------------------------------------------------
  function memberLines(m, most) {
    const member = now.ring.members[m], role = base.roles[member.role];
    const box = document.createDocumentFragment();
    box.append(make("b", "", member.name.length > 160 ? member.name.slice(0, 160) + "…" : member.name));
    box.append(make("span", "muted", role.en + " " + role.zh + (member.kind.startsWith(role.en) ? "" : " · " + member.kind)));
    if (member.note) box.append(make("p", "", member.note));
    const about = now.ring.evidence.filter((e) => e.nodes.includes(m));
    for (const e of about.slice(0, most)) {
      const text = e.sentence.length > 400 ? e.sentence.slice(0, 400) + "…" : e.sentence;
      box.append(make("p", "why", e.signal + " " + text));
    }
    if (about.length > most) box.append(make("p", "muted", "and " + (about.length - most) + " more reasons"));
    return box;
  }
  function edgeLines(e) {
    const box = document.createDocumentFragment();
    const name = (m) => now.placed.get(m).label;
    box.append(make("b", "", name(e.from) + " – " + name(e.to)));
    if (e.f) box.append(make("span", "muted", familyName(e.f) + (e.d ? " · inferred" : "")));
    for (const line of e.t.split("\n")) box.append(make("p", "", line));
    return box;
  }
  function tip(content, at) {
    const box = empty($("tip"));
    box.append(content);
    box.hidden = false;
    const stage = $("tip").parentElement, top = $("graph").offsetTop;
    const x = Math.min(at.x + 16, stage.clientWidth - box.offsetWidth - 8);
    const y = Math.min(at.y + top + 14, stage.clientHeight - box.offsetHeight - 8);
    box.style.left = Math.max(8, x) + "px";
    box.style.top = Math.max(8, y) + "px";
  }
  function pick(m) {
    now.picked = m;
    now.reason = -1;
    now.lit = new Set([m, ...(now.near.get(m) || []).map((x) => x.m)]);
    if (roleOf(m).layer < 3) for (const { m: n } of now.near.get(m) || []) if (roleOf(n).layer === 4) for (const x of now.near.get(n)) if (roleOf(x.m).layer === 3) now.lit.add(x.m);
    $("tip").hidden = true;
    const box = empty($("picked"));
    const shut = make("button", "shut", "×");
    shut.type = "button";
    shut.setAttribute("aria-label", "Close");
    shut.addEventListener("click", clear);
    box.append(shut, memberLines(m, 12));
    const links = now.near.get(m) || [];
    if (links.length) box.append(make("p", "muted", links.length + (links.length === 1 ? " link" : " links") + " in this ring"));
    for (const { m: other, e } of links.slice(0, 40)) {
      const line = make("p", "", (now.placed.get(other) || { label: "" }).label);
      line.append(make("br"), make("span", "muted", e.t.split("\n")[0]));
      box.append(line);
    }
    box.hidden = false;
    box.scrollTop = 0;
    marks();
    if (now.placed.has(m)) repaint();
    say(now.ring.members[m].name + ", " + roleOf(m).en + ", " + links.length + " links");
  }
  function clear() {
    now.picked = null; now.lit = null; now.reason = -1;
    $("picked").hidden = true;
    $("tip").hidden = true;
    marks();
    if (now.network) repaint();
  }
  function reason(k) {
    if (now.reason === k) return clear();
    const e = now.ring.evidence[k];
    now.picked = null;
    $("picked").hidden = true;
    now.reason = k;
    now.lit = e.nodes.length ? new Set(e.nodes) : null;
    marks();
    repaint();
    say(e.signal + ": " + e.nodes.length + " members shown");
  }
  function marks() {
    $("for").querySelectorAll("button.card").forEach((b, k) => b.setAttribute("aria-pressed", String(k === now.reason)));
    $("members").querySelectorAll("tr[data-m]").forEach((r) => r.setAttribute("aria-selected", String(Number(r.dataset.m) === now.picked)));
  }

  // ---- the words beside the drawing ---------------------------------------------------------------------------
  function rowsLine(item) {
    if (!item.rows.length) return null;
    return make("span", "rows", "Rows: " + item.rows.join("; ") + (item.more ? " and " + item.more + " more in evidence.csv" : ""));
  }
  function card(tag, title, chip, text, harmless, item) {
    const box = make(tag, "card");
    if (tag === "button") box.type = "button";
    const head = make("span", "name");
    head.append(make("span", "", title));
    if (chip) { const c = make("span", "chip", chip); c.title = familyName(chip); head.append(c); }
    box.append(head, make("span", "text", text));
    if (harmless) box.append(make("span", "harmless", "May be harmless: " + harmless));
    const rows = rowsLine(item);
    if (rows) box.append(rows);
    return box;
  }
  function words(ring) {
    const head = empty($("head"));
    const line = make("div", "line");
    line.append(make("b", "", ring.id));
    const strong = ring.tier === "strong";
    const tier = make("span", "tier " + (strong ? "strong" : "candidate"), strong ? "lead" : "observe only");
    tier.append(make("em", "", strong ? " 线索" : " 仅观察"));
    line.append(tier);
    head.append(line, make("div", "summary", ring.summary));
    if (ring.why) head.append(make("div", "why", ring.why));
    if (ring.dates[0]) head.append(make("div", "counts", "Active " + ring.dates[0] + (ring.dates[1] && ring.dates[1] !== ring.dates[0] ? " to " + ring.dates[1] : "")));
    const tiles = make("div", "tiles");
    for (const [count, name] of ring.tiles) {
      const tile = make("div");
      tile.append(make("b", "", count), make("span", "", name));
      tiles.append(tile);
    }
    head.append(tiles);
    const pro = empty($("for"));
    ring.evidence.forEach((e, k) => {
      const box = card("button", e.signal + " " + e.name, e.family, e.sentence, e.harmless, e);
      box.setAttribute("aria-pressed", "false");
      box.addEventListener("click", () => reason(k));
      pro.append(box);
    });
    if (!ring.evidence.length) pro.append(make("p", "none", "No reason is recorded."));
    const con = empty($("against"));
    for (const m of ring.mitigations) con.append(card("div", m.code, "", m.sentence, "", m));
    if (!ring.mitigations.length) con.append(make("p", "none", "These files hold no fact that speaks against it. That does not mean there is none: ask the debtor at the number of record, ask for the original power of attorney, check the bank's own calls."));
    pro.scrollTop = 0; con.scrollTop = 0;
    table(ring);
  }
  function table(ring) {
    const box = empty($("members"));
    box.classList.add("members");
    const grid = make("table");
    const top = make("tr");
    for (const name of ["Member", "Role", "Belongs"]) { const th = make("th", "", name); th.scope = "col"; top.append(th); }
    top.lastChild.title = "Share of the member's link weight that lies inside this ring, 0 to 1";
    const thead = make("thead"), body = make("tbody");
    thead.append(top);
    const order = ring.members.map((_, m) => m).sort((a, b) => base.roles[ring.members[a].role].layer - base.roles[ring.members[b].role].layer || a - b);
    for (const m of order.slice(0, 800)) {
      const member = ring.members[m], role = base.roles[member.role];
      const row = make("tr");
      row.dataset.m = m;
      const button = make("button");
      button.type = "button";
      button.append(icon(role), make("span", "", member.name));
      button.addEventListener("click", () => pick(m));
      const cells = [make("td"), make("td", "", role.en + " " + role.zh), make("td", "", member.confidence)];
      cells[0].append(button);
      if (member.note) cells[0].append(make("small", "", member.note));
      row.append(...cells);
      body.append(row);
    }
    grid.append(thead, body);
    box.append(grid);
    if (order.length > 800) box.append(make("p", "rest", order.length - 800 + " more in members.csv"));
    box.scrollTop = 0;
  }
  function legend(ring) {
    const box = empty($("legend"));
    base.roles.forEach((role, k) => {
      const count = ring.members.filter((m) => m.role === k).length;
      if (!count) return;
      const chip = make("button");
      chip.type = "button";
      chip.title = "Hide or show";
      chip.setAttribute("aria-pressed", String(!now.hidden.has(k)));
      const name = make("span", "", count === 1 ? role.en : role.plural);
      name.append(make("em", "", role.zh));
      chip.append(icon(role), name, make("i", "", String(count)));
      chip.addEventListener("click", () => {
        if (now.hidden.has(k)) now.hidden.delete(k); else now.hidden.add(k);
        chip.setAttribute("aria-pressed", String(!now.hidden.has(k)));
        now.nodes.update(ring.nodes.map((n) => ({ id: n.m, hidden: now.hidden.has(ring.members[n.m].role) })));
        now.turn += 1;
        now.network.redraw();
      });
      box.append(chip);
    });
    const lines = empty($("lines"));
    for (const family of Array.from(new Set(ring.edges.map((e) => e.f))).sort()) {
      const dashed = ring.edges.some((e) => e.f === family && e.d);
      const item = make("span", dashed ? "dashed" : "");
      item.style.color = base.strokes[family] || base.strokes[""];
      item.append(make("em", "", family ? familyName(family) + (dashed ? " (inferred)" : "") : "other link 其他"));
      lines.append(item);
    }
    $("note").textContent = ring.note;
    $("note").hidden = !ring.note;
  }
  function open(k, focus) {
    if (k < 0 || k >= buttons.length) return;
    view(false);
    if (k !== now.index) {
      now.ring = read("ring-" + k);
      now.index = k;
      now.lit = null; now.picked = null; now.hover = null; now.reason = -1; now.labelKey = "";
      now.hidden = new Set();
      $("picked").hidden = true;
      $("tip").hidden = true;
      buttons.forEach((b, n) => b.setAttribute("aria-current", String(n === k)));
      legend(now.ring);
      words(now.ring);
      draw(now.ring);
      say("Ring " + now.ring.id + ": " + now.ring.summary);
    }
    if (focus) buttons[k].focus();
    buttons[k].scrollIntoView({ block: "nearest" });
  }
  function view(about) {
    $("rings").hidden = about;
    $("about").hidden = !about;
    $("show-rings").setAttribute("aria-pressed", String(!about));
    $("show-about").setAttribute("aria-pressed", String(about));
  }
  function tab(name) {
    for (const t of ["reasons", "members"]) {
      $(t).hidden = t !== name;
      $("tab-" + t).setAttribute("aria-selected", String(t === name));
      $("tab-" + t).tabIndex = t === name ? 0 : -1;
    }
  }
  function step(by) {
    const seen = buttons.map((b, k) => k).filter((k) => !buttons[k].parentElement.hidden);
    if (!seen.length) return;
    const at = seen.indexOf(now.index);
    open(seen[Math.max(0, Math.min(seen.length - 1, at < 0 ? 0 : at + by))], true);
  }
  function filter() {
    const want = $("filter").value.trim().toLowerCase();
    let seen = 0;
    for (const b of buttons) {
      const item = b.parentElement;
      item.hidden = Boolean(want) && !item.dataset.words.includes(want);
      if (!item.hidden) seen += 1;
    }
    $("no-match").hidden = seen > 0;
    if (want) say(seen + " rings match");
  }

  // ---- start -------------------------------------------------------------------------------------------------
  readTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readTheme();
    if (now.ring) { legend(now.ring); words(now.ring); marks(); repaint(); }
  });
  buttons.forEach((b, k) => b.addEventListener("click", () => open(k)));
  $("filter").addEventListener("input", filter);
  $("filter").addEventListener("keydown", (e) => { if (e.key === "ArrowDown" || e.key === "Enter") { e.preventDefault(); step(0); } });
  $("ring-list").addEventListener("keydown", (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 }[e.key];
    if (by) { e.preventDefault(); step(by); }
  });
  document.querySelector(".tabs").addEventListener("keydown", (e) => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    const other = $("members").hidden ? "members" : "reasons";
    tab(other);
    $("tab-" + other).focus();
  });
  $("tab-reasons").addEventListener("click", () => tab("reasons"));
  $("tab-members").addEventListener("click", () => tab("members"));
  $("show-rings").addEventListener("click", () => view(false));
  $("show-about").addEventListener("click", () => { view(true); $("about").focus(); });
  const zoom = (by) => now.network && now.network.moveTo({ scale: now.network.getScale() * by });
  $("zoom-in").addEventListener("click", () => zoom(1.25));
  $("zoom-out").addEventListener("click", () => zoom(0.8));
  $("zoom-fit").addEventListener("click", () => now.network && fit());
  document.addEventListener("keydown", (e) => {
    if (e.target instanceof HTMLInputElement) { if (e.key === "Escape") { e.target.value = ""; filter(); e.target.blur(); } return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "/") { e.preventDefault(); view(false); $("filter").focus(); }
    else if (e.key === "j") step(1);
    else if (e.key === "k") step(-1);
    else if (e.key === "+") zoom(1.25);
    else if (e.key === "-") zoom(0.8);
    else if (e.key === "0" && now.network) fit();
    else if (e.key === "Escape" && now.ring) clear();
  });
  tab("reasons");
  if (buttons.length) {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const at = buttons.findIndex((b) => wanted && b.querySelector(".line b").textContent === wanted);
    open(at < 0 ? 0 : at);
  } else view(true);
  document.documentElement.dataset.started = "1";
  // For the tests: where a member stands on the screen.
  window.ringPage = Object.freeze({
    screen(m) {
      const p = now.network.canvasToDOM(now.network.getPosition(m)), box = $("graph").getBoundingClientRect();
      return { x: p.x + box.left, y: p.y + box.top };
    },
    drawn: () => now.ring.nodes.map((n) => n.m),
    lit: () => (now.lit ? Array.from(now.lit).sort((a, b) => a - b) : null),
  });
})();
