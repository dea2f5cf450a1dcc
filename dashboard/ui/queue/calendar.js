// A week or a month of planned posts. Every word comes as text, never as markup.
const DAYS_BY_KEY = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const A_POST = "application/x-queue-post"; // what is dragged into the page from elsewhere is none
const MOVES = "Shift with an arrow key moves it by a day or a week";

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".calendar");
  const { said, ...shown } = data;
  const drawn = JSON.stringify(shown);
  parentElement.querySelector(".said").textContent = said;
  root.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.post) setTriggerValue("opened", Number(button.dataset.post));
    else if (button.dataset.write) setTriggerValue("write", { day: button.dataset.write, time: button.dataset.time });
    else setTriggerValue("day", button.dataset.day);
  };
  const move = (post, day) => setTriggerValue("moved", { post: Number(post), day });
  root.onkeydown = (event) => {
    const by = DAYS_BY_KEY[event.key];
    const post = event.target.closest("button.movable");
    if (!by || !post || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const day = new Date(`${post.closest(".day").dataset.key}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + by);
    move(post.dataset.post, day.toISOString().slice(0, 10));
  };
  const over = (day) => {
    for (const each of root.querySelectorAll(".day")) each.classList.toggle("over", each === day);
  };
  root.ondragstart = (event) => {
    const post = event.target.closest?.("button.movable");
    if (!post) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData(A_POST, post.dataset.post);
  };
  root.ondragover = (event) => {
    const day = event.target.closest(".day");
    if (!day || !event.dataTransfer.types.includes(A_POST)) return;
    event.preventDefault();
    over(day);
  };
  root.ondragend = () => over(null);
  root.ondragleave = (event) => root.contains(event.relatedTarget) || over(null);
  root.ondrop = (event) => {
    const day = event.target.closest(".day");
    const post = event.dataTransfer.getData(A_POST);
    over(null);
    if (!day || !post) return;
    event.preventDefault();
    // The calendar may have been drawn anew since the post was taken up.
    const from = root.querySelector(`button[data-post="${post}"]`)?.closest(".day");
    if (day !== from) move(post, day.dataset.key);
  };
  if (root.drawn === drawn) return; // what has the keyboard keeps it
  root.drawn = drawn;

  const make = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    if (name === "button") made.type = "button";
    return made;
  };
  const post = (each) => {
    const button = make("button", `post ${each.state}`);
    button.dataset.post = each.id;
    const state = each.state === "scheduled" ? "" : ` · ${each.state}`;
    button.title = `${each.time} · ${each.kind} · ${each.who}${state}\n${each.text}`;
    button.setAttribute("aria-label", `${each.time}, ${each.kind}, ${each.who}${state}: ${each.text}`);
    if (each.movable) {
      button.classList.add("movable");
      button.draggable = true;
      button.title += `\nDrag it to another day; ${MOVES}.`;
      button.setAttribute("aria-description", MOVES);
    }
    const text = make("span", "text", each.text);
    text.dir = "auto";
    button.append(make("span", "time", each.time), text);
    if (data.several) button.append(make("span", "who", each.who));
    return button;
  };
  const write = (day, time, className, text, label) => {
    const button = make("button", className, text);
    button.dataset.write = day.key;
    button.dataset.time = time;
    button.title = label;
    button.setAttribute("aria-label", label);
    return button;
  };
  const day = (each) => {
    const box = make("div", "day");
    const kinds = { today: each.today, past: each.past, outside: each.outside };
    for (const [name, on] of Object.entries(kinds)) box.classList.toggle(name, on);
    box.classList.toggle("empty", !each.posts.length && !each.free.length);
    box.dataset.key = each.key;
    box.setAttribute("role", "listitem");
    const count = each.posts.length + each.more;
    box.setAttribute("aria-label", `${each.name}, ${count || "no"} ${count === 1 ? "post" : "posts"}`);
    const head = make("div", "top");
    head.append(make("div", "number", each.number), make("div", "name", each.name));
    if (!each.past) head.append(write(each, "", "write", "+", `Write for ${each.name}`));
    box.append(head);
    const slots = each.free.map((time) => [
      time,
      write(each, time, "free", `${time} free`, `${time} free on ${each.name}: write a post for it`),
    ]);
    const all = [...each.posts.map((one) => [one.at, post(one)]), ...slots];
    all.sort((one, other) => one[0].localeCompare(other[0]));
    box.append(...all.map((pair) => pair[1]));
    // The list has what waits; what has passed is in History.
    if (each.more && each.past) box.append(make("div", "older", `${each.more} more in History`));
    else if (each.more) {
      const more = make("button", "more", `${each.more} more`);
      more.dataset.day = each.key;
      more.setAttribute("aria-label", `${each.more} more on ${each.name}: show the list`);
      box.append(more);
    }
    return box;
  };
  const focused = root.getRootNode().activeElement?.dataset.post;
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
  if (focused) root.querySelector(`button[data-post="${focused}"]`)?.focus();
}
