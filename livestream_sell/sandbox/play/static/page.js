// The live: who speaks, what they say, and what the page answers.
"use strict";

const PEOPLE = ["Ana Lima", "Diego Rojas", "Rosa Muñoz", "Emily Carter", "Larissa Souza", "Matías Soto"];
const SAYINGS = ["{c}", "{a} talla M", "{b} x2", "yo!", "mine {b}", "eu quero {c}", "¿precio de {b}?", "Hola a todas 👋", "ya no lo quiero"];
const CROWD = [...SAYINGS, "{b}", "+1", "lo quiero 😍", "qué lindo!!", "{b} {c}", "jajaja", "how much is {b}?", "I want {a} please", "tem no M?", "🔥🔥🔥", "llegué tarde"];
const FEED_LIMIT = 200;

const Public = {
  pageId: "1001",
  postId: "",
  buyers: PEOPLE.map((name, place) => ({ id: String(7700000000000001 + place), name })),
  buyer: null,
  rows: new Map(),
  codes: ["A1", "B2"],

  async start() {
    Public.buyer = Public.buyers.find((each) => each.id === localStorage.buyer) || Public.buyers[0];
    const summary = await ask("GET", "summary");
    Public.pageId = byId("page-id").value = localStorage.pageId || summary.page_id;
    Public.postId = localStorage.postId || summary.post_id;
    Public.codes = summary.product_codes;
    byId("product").href = summary.product_url;
    Public.drawBuyers();
    Public.drawQuick();
    Public.listen();
    await Promise.all([Public.refreshLives(), Public.refreshCounts(), Messages.refresh(), Trouble.start()]);
    await Public.refreshFeed();
  },

  drawBuyers() {
    const chips = Public.buyers.map((buyer) => {
      const unread = Messages.unread.get(buyer.id);
      const badge = unread ? element("b", { className: "badge", title: "unread messages" }, String(unread)) : null;
      const attributes = { className: "chip buyer", type: "button", role: "radio", "aria-checked": String(buyer.id === Public.buyer.id) };
      return element("button", { ...attributes, onclick: () => Public.choose(buyer) }, avatar(buyer.name, buyer.id, "small"), buyer.name.split(" ")[0], badge);
    });
    const add = element("button", { className: "chip", type: "button", onclick: Public.addBuyer }, "+ buyer");
    byId("buyers").replaceChildren(...chips, add);
  },

  drawQuick() {
    byId("first-code").textContent = Public.fill("{c}", 0);
    const chips = SAYINGS.map((saying) => {
      const text = Public.fill(saying, 0);
      return element("button", { className: "chip", type: "button", onclick: () => Public.say(text) }, text);
    });
    byId("quick").replaceChildren(...chips);
  },

  fill(saying, place) {
    const code = (offset) => Public.codes[(place + offset) % Public.codes.length];
    return saying.replace("{a}", code(0)).replace("{b}", code(2)).replace("{c}", code(6));
  },

  choose(buyer) {
    Public.buyer = buyer;
    localStorage.buyer = buyer.id;
    Messages.read();
    Messages.refresh();
  },

  async addBuyer() {
    const name = await askText("Name of the buyer", "Carolina Pérez");
    if (!name) return;
    const buyer = { id: String(7800000000000000 + (Date.now() % 1e12)), name };
    Public.buyers.push(buyer);
    Public.choose(buyer);
  },

  say(text, buyer = Public.buyer) {
    return ask("POST", "comments", { page_id: Public.pageId, post_id: Public.postId, buyer, text });
  },

  async crowd() {
    const pick = (list) => list[Math.floor(Math.random() * list.length)];
    const said = Array.from({ length: 25 }, (_, place) => {
      const number = 100 + Math.floor(Math.random() * 300);
      const buyer = { id: String(7790000000000000 + number), name: `${pick(PEOPLE).split(" ")[0]} ${pick(PEOPLE).split(" ")[1]}` };
      return { page_id: Public.pageId, post_id: Public.postId, buyer, text: Public.fill(pick(CROWD), place) };
    });
    await ask("POST", "comments", said);
  },

  async refreshLives() {
    const { lives } = await ask("GET", "lives");
    const own = lives.filter((live) => live.page_id === Public.pageId);
    if (!own.some((live) => live.post_id === Public.postId) && own.length) Public.postId = own.at(-1).post_id;
    const options = own.map((live) => element("option", { value: live.post_id }, `${live.title}${live.status === "LIVE" ? "" : " (over)"}`));
    byId("live-select").replaceChildren(...options);
    byId("live-select").value = Public.postId;
    byId("post-id").value = Public.postId;
    const current = own.find((live) => live.post_id === Public.postId);
    byId("page-name").textContent = current?.page_name || `Page ${Public.pageId}`;
    byId("page-avatar").textContent = initials(current?.page_name || "P");
    byId("on-air").textContent = current && current.status !== "LIVE" ? "OVER" : "LIVE";
    byId("on-air").classList.toggle("over", Boolean(current) && current.status !== "LIVE");
  },

  async refreshFeed() {
    if (!Public.postId) return;
    const postId = Public.postId;
    const live = await ask("GET", `lives/${encodeURIComponent(postId)}?limit=${FEED_LIMIT}`);
    if (postId !== Public.postId) return;
    const feed = byId("feed");
    const follow = isAtEnd(feed);
    for (const comment of live.comments) Public.drawComment(feed, comment);
    Public.forgetOld(live.comments);
    if (follow) feed.scrollTop = feed.scrollHeight;
  },

  drawComment(feed, comment) {
    const sign = JSON.stringify(comment);
    const known = Public.rows.get(comment.id);
    if (known?.sign === sign) return;
    const replies = known?.replies || element("div", { className: "replies-of" });
    const name = element("b", {}, comment.from.name || "Somebody");
    const said = element("div", { className: "said", dir: "auto" }, name, comment.text);
    const kinds = ["comment", comment.is_page && "by-page", comment.is_removed && "removed"].filter(Boolean);
    const picture = avatar(comment.from.name, comment.from.id, comment.is_page ? "small page-avatar" : "");
    const row = element("div", { className: kinds.join(" ") }, picture, element("div", { className: "grow" }, said, Public.meta(comment), replies));
    if (known) known.row.replaceWith(row);
    else (Public.rows.get(comment.parent_id)?.replies || feed).append(row);
    Public.rows.set(comment.id, { row, sign, replies });
  },

  meta(comment) {
    const parts = [clockTime(comment.created_at)];
    if (comment.is_edited) parts.push("edited");
    if (comment.is_hidden) parts.push("hidden");
    if (!comment.is_page && !comment.is_removed) {
      parts.push(element("button", { type: "button", onclick: () => Public.edit(comment) }, "Edit"));
      parts.push(element("button", { type: "button", onclick: () => ask("DELETE", `comments/${comment.id}`) }, "Delete"));
    }
    if (comment.private_reply_mid) {
      parts.push(element("button", { type: "button", className: "private", onclick: () => Public.openThread(comment.from) }, "✉ private reply"));
    }
    return element("div", { className: "meta" }, ...parts);
  },

  async edit(comment) {
    const text = await askText("Change the comment", comment.text);
    if (text && text !== comment.text) ask("PATCH", `comments/${comment.id}`, { text });
  },

  openThread(person) {
    let buyer = Public.buyers.find((each) => each.id === person.id);
    if (!buyer) Public.buyers.push((buyer = { ...person, name: person.name || "Somebody" }));
    Public.show("messages");
    Public.choose(buyer);
  },

  forgetOld(comments) {
    const kept = new Set(comments.map((comment) => comment.id));
    for (const [id, known] of Public.rows) {
      if (!kept.has(id)) {
        known.row.remove();
        Public.rows.delete(id);
      }
    }
  },

  async refreshCounts() {
    const counts = await ask("GET", "summary");
    byId("count-comments").textContent = counts.comments.toLocaleString();
    byId("count-public").textContent = counts.public_replies.toLocaleString();
    byId("count-private").textContent = counts.private_replies.toLocaleString();
    byId("problem").hidden = !counts.webhook_problem;
    byId("problem").textContent = `The product does not accept webhooks; they will be tried again. ${counts.webhook_problem}`;
    byId("viewers").textContent = String(128 + counts.comments % 400);
  },

  watch(pageId, postId) {
    Object.assign(Public, { pageId, postId });
    Object.assign(localStorage, { pageId, postId });
    Public.rows.clear();
    byId("feed").replaceChildren();
    Public.refreshLives().then(Public.refreshFeed);
    Messages.refresh();
  },

  show(tab) {
    document.body.dataset.tab = tab;
    for (const button of document.querySelectorAll(".tabs button")) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    if (tab === "messages") Messages.read();
  },

  listen() {
    const feed = calmly(250, Public.refreshFeed);
    const counts = calmly(700, Public.refreshCounts);
    const lives = calmly(500, Public.refreshLives);
    const thread = calmly(200, Messages.refresh);
    setInterval(counts, 3000);
    const stream = new EventSource("/_sandbox/events");
    const connection = byId("connection");
    const say = (text, isUp) => {
      connection.textContent = text;
      connection.classList.toggle("up", isUp);
    };
    stream.onopen = () => {
      say("connected", true);
      [feed, counts, lives, thread].forEach((refresh) => refresh());
    };
    stream.onerror = () => say("sandbox stopped", false);
    stream.onmessage = (event) => {
      const change = JSON.parse(event.data);
      counts();
      if (change.type === "live") lives();
      if (change.type === "comment" && change.post_id === Public.postId) feed();
      if (change.type === "message") {
        if (change.psid === Public.buyer.id) thread();
        if (change.by_page) Messages.arrived(change.psid);
        feed();
      }
    };
  },
};

byId("comment-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("comment").value.trim();
  if (!text) return;
  byId("comment").value = "";
  await Public.say(text);
});
byId("message-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("message").value.trim();
  if (!text) return;
  byId("message").value = "";
  await Messages.send({ text });
});
byId("live-select").addEventListener("change", (event) => Public.watch(Public.pageId, event.target.value));
byId("page-id").addEventListener("change", (event) => Public.watch(event.target.value.trim(), ""));
byId("post-id").addEventListener("change", (event) => Public.watch(Public.pageId, event.target.value.trim()));
byId("crowd").addEventListener("click", Public.crowd);
byId("new-live").addEventListener("click", async () => {
  const title = await askText("Title of the live", "Nueva colección");
  if (!title) return;
  const live = await ask("POST", "lives", { page_id: Public.pageId, title });
  Public.watch(Public.pageId, live.post_id);
});
byId("all-well").addEventListener("click", Trouble.allWell);
byId("forget").addEventListener("click", async () => {
  if (!confirm("Forget all comments, messages, payments and troubles?")) return;
  await ask("POST", "reset", {});
  Object.keys(localStorage).forEach((key) => localStorage.removeItem(key));
  location.reload();
});
for (const button of document.querySelectorAll(".tabs button")) button.addEventListener("click", () => Public.show(button.dataset.tab));
Public.start();
