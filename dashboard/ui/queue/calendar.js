// A week or a month of planned posts. Every word comes as text, never as markup.
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".calendar");
  const drawn = JSON.stringify(data);
  root.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.post) setTriggerValue("opened", Number(button.dataset.post));
    else setTriggerValue("day", button.dataset.day);
  };
  if (root.drawn === drawn) return; // what has the keyboard keeps it
  root.drawn = drawn;

  const make = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const post = (each) => {
    const button = make("button", `post ${each.state}`);
    button.type = "button";
    button.dataset.post = each.id;
    const state = each.state === "scheduled" ? "" : ` · ${each.state}`;
    button.title = `${each.time} · ${each.kind} · ${each.who}${state}\n${each.text}`;
    button.setAttribute("aria-label", `${each.time}, ${each.kind}, ${each.who}${state}: ${each.text}`);
    const text = make("span", "text", each.text);
    text.dir = "auto";
    button.append(make("span", "time", each.time), text);
    if (data.several) button.append(make("span", "who", each.who));
    return button;
  };
  const day = (each) => {
    const box = make("div", "day");
    const kinds = { today: each.today, past: each.past, outside: each.outside };
    for (const [name, on] of Object.entries(kinds)) box.classList.toggle(name, on);
    box.classList.toggle("empty", !each.posts.length && !each.free.length);
    box.setAttribute("role", "listitem");
    const count = each.posts.length + each.more;
    box.setAttribute("aria-label", `${each.name}, ${count || "no"} ${count === 1 ? "post" : "posts"}`);
    box.append(make("div", "number", each.number), make("div", "name", each.name));
    const slots = each.free.map((time) => [time, make("div", "free", `${time} free`)]);
    const all = [...each.posts.map((one) => [one.time, post(one)]), ...slots];
    all.sort((one, other) => one[0].localeCompare(other[0]));
    box.append(...all.map((pair) => pair[1]));
    // The list has what waits; what has passed is in History.
    if (each.more && each.past) box.append(make("div", "older", `${each.more} more in History`));
    else if (each.more) {
      const more = make("button", "more", `${each.more} more`);
      more.type = "button";
      more.dataset.day = each.key;
      more.setAttribute("aria-label", `${each.more} more on ${each.name}: show the list`);
      box.append(more);
    }
    return box;
  };
  root.setAttribute("aria-label", data.label);
  root.classList.toggle("month", data.month);
  const heads = data.heads.map((name) => {
    const head = make("div", "head", name);
    head.setAttribute("aria-hidden", "true");
    return head;
  });
  const boxes = data.days.map(day);
  const none = make("p", "none", data.month ? "Nothing is planned for this month." : "Nothing is planned for this week.");
  none.hidden = boxes.some((box) => !box.classList.contains("empty"));
  root.replaceChildren(...heads, ...boxes, none);
}
