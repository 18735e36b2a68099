// The conversation of the chosen buyer with the page, drawn as Messenger draws it.
"use strict";

const Messages = {
  unread: new Map(),
  drawn: "",

  async refresh() {
    const buyer = Public.buyer;
    const thread = await ask("GET", `threads/${encodeURIComponent(buyer.id)}?page_id=${Public.pageId}`);
    if (buyer.id !== Public.buyer.id) return;
    Messages.head(thread);
    const drawn = buyer.id + thread.messages.map((message) => message.mid).join();
    if (drawn === Messages.drawn) return;
    Messages.drawn = drawn;
    byId("thread").replaceChildren(...thread.messages.flatMap(Messages.draw));
    byId("thread").scrollTop = byId("thread").scrollHeight;
    Messages.quickReplies(thread.messages.at(-1));
  },

  head(thread) {
    const buyer = Public.buyer;
    byId("thread-name").textContent = buyer.name;
    byId("thread-avatar").textContent = initials(buyer.name);
    byId("thread-avatar").style.background = colourOf(buyer.id);
    const state = byId("thread-window");
    state.classList.toggle("open", thread.is_window_open);
    const hours = Math.max(1, Math.round((thread.window_until - Date.now() / 1000) / 3600));
    if (thread.is_window_open) state.textContent = `The page may write for ${hours} h more`;
    else state.textContent = thread.messages.length ? `The page must wait until ${buyer.name.split(" ")[0]} writes` : "No conversation yet";
  },

  draw(message) {
    const parts = [];
    if (message.via === "private_reply") {
      parts.push(element("p", { className: "note" }, `Reply to the comment · ${clockTime(message.at)}`));
    } else if (message.via === "utility" || message.via === "human_agent") {
      parts.push(element("p", { className: "note" }, `${message.via.replace("_", " ")} · ${clockTime(message.at)}`));
    }
    const payload = message.attachment?.payload;
    if (message.postback) parts.push(Messages.bubble("buyer", message.postback.title || message.postback.payload));
    else if (message.optin) parts.push(Messages.bubble("buyer", `✓ ${message.optin.title || "Notify me"}`));
    else if (message.template) parts.push(Messages.utility(message.template));
    else if (payload?.template_type === "generic") parts.push(element("div", { className: "cards" }, ...payload.elements.map(Messages.card)));
    else if (payload?.template_type === "receipt") parts.push(Messages.receipt(payload));
    else if (payload?.template_type === "notification_messages") parts.push(Messages.optIn(payload));
    else if (payload?.template_type) parts.push(Messages.card({ text: payload.text, buttons: payload.buttons }));
    else if (message.attachment) parts.push(Messages.bubble("page", `[${message.attachment.type}] ${payload?.url || ""}`));
    else parts.push(Messages.bubble(message.from, message.text || ""));
    return parts;
  },

  bubble(from, text) {
    return element("div", { className: `bubble ${from}` }, text);
  },

  card(card) {
    const body = element("div", { className: "body" });
    if (card.title) body.append(element("strong", {}, card.title));
    if (card.subtitle) body.append(element("small", {}, card.subtitle));
    if (card.text) body.append(card.text);
    const image = card.image_url ? element("img", { src: card.image_url, alt: "", loading: "lazy" }) : null;
    image?.addEventListener("error", () => image.remove());
    return element("div", { className: "bubble page card" }, image, body, ...(card.buttons || []).map(Messages.action));
  },

  action(button) {
    if (button.type === "web_url") {
      return element("a", { className: "action", href: button.url, target: "_blank", rel: "noopener" }, `${button.title} ↗`);
    }
    const tap = () => Messages.send({ postback: { title: button.title, payload: button.payload } });
    return element("button", { className: "action", type: "button", onclick: tap }, button.title);
  },

  receipt(payload) {
    const line = (name, value) => element("tr", {}, element("td", {}, name), element("td", {}, String(value)));
    const items = (payload.elements || []).map((item) => line(`${item.quantity || 1} × ${item.title}`, item.price));
    const total = line("Total", `${payload.currency} ${payload.summary.total_cost}`);
    const head = element("strong", {}, `Receipt ${payload.order_number}`);
    return element("div", { className: "bubble page card" }, element("div", { className: "body" }, head, element("table", {}, ...items, total)));
  },

  utility(template) {
    const given = (template.components || []).flatMap((part) => part.parameters || []);
    const text = given.map((each) => each.text || each.url).filter(Boolean).join(" · ");
    return Messages.card({ title: `Template “${template.name}”`, text });
  },

  optIn(payload) {
    const optin = { type: "notification_messages", payload: payload.payload, title: payload.title };
    const token = String(Date.now());
    const accept = () => Messages.send({ optin: { ...optin, notification_messages_token: token, user_token_status: "NOT_REFRESHED" } });
    const made = Messages.card({ title: payload.title, image_url: payload.image_url });
    made.append(element("button", { className: "action", type: "button", onclick: accept }, "Get updates"));
    return made;
  },

  quickReplies(last) {
    const replies = last?.from === "page" ? last.quick_replies || [] : [];
    byId("quick-replies").replaceChildren(
      ...replies.map((reply) => {
        const tap = () => Messages.send({ text: reply.title, quick_reply: { payload: reply.payload } });
        return element("button", { className: "chip", type: "button", onclick: tap }, reply.title);
      }),
    );
  },

  async send(message) {
    await ask("POST", "messages", { page_id: Public.pageId, buyer: Public.buyer, ...message });
    await Messages.refresh();
  },

  arrived(psid) {
    const isWatched = psid === Public.buyer.id && (document.body.dataset.tab === "messages" || innerWidth > 760);
    if (!isWatched) Messages.unread.set(psid, (Messages.unread.get(psid) || 0) + 1);
    Messages.showUnread();
  },

  read() {
    Messages.unread.delete(Public.buyer.id);
    Messages.showUnread();
  },

  showUnread() {
    let all = 0;
    for (const buyer of Public.buyers) all += Messages.unread.get(buyer.id) || 0;
    byId("unread-all").hidden = all === 0;
    byId("unread-all").textContent = all;
    Public.drawBuyers();
  },
};
