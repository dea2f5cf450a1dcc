// The attached files, a row each: their order, their words, and what may be done with each. Every word comes as text,
// never as markup. The browser tells the whole of what it shows, not single steps, so that none of them can be lost.
const PULSE_MS = 250;
const EDGE_PX = 40; // a row that is dragged this near to the edge of a long list moves the list
const DRAWN = {
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  front: "M6 4h12M12 20V9M7 14l5-5 5 5",
  crop: "M7 2v15h15M2 7h15v15",
  remove: "M6 6l12 12M18 6L6 18",
};

const make = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const icon = (name) => {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", DRAWN[name]);
  drawn.append(path);
  return drawn;
};
const thumbnail = (file) => {
  const box = make("span", "thumb", file.thumb ? undefined : file.letters);
  if (!file.thumb) return box;
  const shown = document.createElement(file.film ? "video" : "img");
  if (file.film) Object.assign(shown, { preload: "metadata", muted: true, tabIndex: -1 });
  else Object.assign(shown, { alt: "", loading: "lazy", decoding: "async", draggable: false });
  shown.src = file.thumb;
  box.append(shown);
  return box;
};

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const list = parentElement.querySelector(".files");
  const live = parentElement.querySelector(".live");
  const here = (list.here ??= { serial: data.serial, typed: {}, removed: [], pause: undefined });
  const rows = () => [...list.children];
  const say = (row) => {
    live.textContent = `${row.name} is now number ${rows().indexOf(row) + 1} of ${rows().length}.`;
  };

  const tell = () => {
    clearTimeout(here.pause);
    here.pause = undefined;
    here.serial += 1;
    const { serial, typed, removed } = here;
    setStateValue("told", { serial, order: rows().map((row) => row.id), typed: structuredClone(typed), removed: [...removed] });
  };
  const ends = () => rows().forEach((row, at, all) => {
    const able = { up: at > 0, front: at > 0, down: at < all.length - 1 };
    // Not "disabled": the button that has the keyboard would lose it.
    for (const [name, on] of Object.entries(able)) row.querySelector(`.${name}`)?.setAttribute("aria-disabled", String(!on));
  });
  // The others move around the row: one that is taken out, even for a moment, loses the keyboard and the pointer.
  const place = (row, to) => {
    while (rows().indexOf(row) > to) list.insertBefore(row.previousElementSibling, row.nextSibling);
    while (rows().indexOf(row) < to) list.insertBefore(row.nextElementSibling, row);
    ends();
  };
  const move = (row, to) => {
    if (to < 0 || to >= rows().length || to === rows().indexOf(row)) return;
    place(row, to);
    row.scrollIntoView({ block: "nearest" });
    say(row);
    tell();
  };
  const remove = (row) => {
    const after = row.nextElementSibling ?? row.previousElementSibling;
    const uploader = parentElement.getRootNode().host?.closest('[class*="st-key-files-"]');
    here.removed.push(row.id);
    row.remove();
    (after?.querySelector(".remove") ?? uploader?.querySelector('[data-testid="stFileUploader"] button'))?.focus();
    live.textContent = `${row.name} is removed.`;
    ends();
    tell();
  };
  const drag = (row, event) => {
    if (event.button || rows().length < 2) return;
    event.preventDefault();
    const handle = event.currentTarget, before = rows().indexOf(row);
    const grip = event.clientY - row.getBoundingClientRect().top;
    let at = event.clientY, frame;
    const follow = () => {
      row.style.transform = "";
      const { top, height } = row.getBoundingClientRect(), middle = at - grip + height / 2;
      const centre = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
      const { previousElementSibling: above, nextElementSibling: below } = row;
      if (above && middle < centre(above)) place(row, rows().indexOf(row) - 1);
      else if (below && middle > centre(below)) place(row, rows().indexOf(row) + 1);
      else {
        row.style.transform = `translateY(${at - grip - top}px)`;
        return;
      }
      follow();
    };
    const roll = () => {
      const edges = list.getBoundingClientRect();
      const by = at < edges.top + EDGE_PX ? -8 : at > edges.bottom - EDGE_PX ? 8 : 0;
      const was = list.scrollTop;
      if (by) list.scrollTop += by;
      if (list.scrollTop !== was) follow();
      frame = requestAnimationFrame(roll);
    };
    const end = (cancelled) => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      removeEventListener("keydown", escape, true);
      cancelAnimationFrame(frame);
      row.classList.remove("dragged");
      row.style.transform = "";
      if (cancelled) place(row, before);
      if (rows().indexOf(row) === before) return;
      say(row);
      tell();
    };
    const escape = (key) => key.key === "Escape" && end(true);
    handle.setPointerCapture(event.pointerId);
    addEventListener("keydown", escape, true);
    row.classList.add("dragged");
    handle.onpointermove = (moved) => { at = moved.clientY; follow(); };
    handle.onpointerup = () => end(false);
    handle.onpointercancel = () => end(true);
    frame = requestAnimationFrame(roll);
  };

  const button = (row, name, label, act) => {
    const made = make("button", name);
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", name === "remove" ? label : `${label}: ${row.name}`);
    made.append(icon(name));
    made.onclick = () => act(row);
    return made;
  };
  const field = (row, name, { shown, label, placeholder }) => {
    const box = make("label", `word ${name}-word`), made = make("input", name);
    Object.assign(made, { type: "text", placeholder, dir: "auto" });
    made.setAttribute("aria-label", label);
    made.oninput = () => {
      (here.typed[row.id] ??= {})[name] = made.value;
      here.pause ??= setTimeout(list.tell, PULSE_MS); // a pulse: the preview follows also those who never stop typing
    };
    made.onblur = () => { if (here.pause) list.tell(); };
    box.append(make("span", "", shown), made);
    return box;
  };
  const build = (file) => {
    const row = make("li", "file");
    Object.assign(row, { id: file.id, name: file.name });
    const handle = make("span", "handle");
    handle.onpointerdown = (event) => list.drag(row, event);
    handle.append(icon("grip"), make("span", "thumb"));
    const name = make("bdi", "name", file.name);
    name.title = file.name;
    const title = make("div", "title");
    title.append(name, make("span", "about"));
    const buttons = make("div", "buttons");
    if (data.many) {
      buttons.append(
        button(row, "front", "Move to front", () => list.move(row, 0)),
        button(row, "up", "Move up", () => list.move(row, rows().indexOf(row) - 1)),
        button(row, "down", "Move down", () => list.move(row, rows().indexOf(row) + 1)),
      );
    }
    if (file.crops) buttons.append(button(row, "crop", "Crop", () => list.crop(row)));
    buttons.append(button(row, "remove", "Remove", () => list.remove(row)));
    buttons.lastChild.title = `Take ${file.name} off`;
    row.append(handle, title, buttons, make("div", "words"), make("div", "notes"), make("label", "clean"));
    return row;
  };
  const note = ({ text, href }) => {
    const made = make("div", "note", text);
    if (!href) return made;
    const link = make("a", "original", "Download the original");
    link.href = href;
    made.append(" ", link);
    return made;
  };
  // What the file says of place and camera, with the switch that takes it out.
  const clean = (row, said) => {
    const label = row.querySelector(".clean");
    label.hidden = !said;
    if (!said) return;
    if (!label.firstChild) {
      const box = Object.assign(make("input", "cleans"), { type: "checkbox" });
      box.onchange = () => list.ask({ does: "clean", id: row.id, on: box.checked });
      label.append(box, make("span", "says"));
    }
    label.firstChild.checked = said.on;
    label.firstChild.setAttribute("aria-label", `${said.label}: ${row.name}`);
    label.lastChild.replaceChildren(`${said.label}. `, make("span", "private", said.text));
  };
  const update = (row, file, heard) => {
    if (row.thumb !== file.thumb) row.querySelector(".thumb").replaceWith(thumbnail(file));
    row.thumb = file.thumb;
    row.querySelector(".about").textContent = file.about;
    row.querySelector(".notes").replaceChildren(...file.notes.map(note));
    clean(row, file.clean);
    const words = row.querySelector(".words"), names = Object.keys(file.words);
    if (row.words !== names.join()) words.replaceChildren(...names.map((name) => field(row, name, file.words[name])));
    row.words = names.join();
    for (const name of names) {
      const field = words.querySelector(`.${name}`);
      if (heard && !here.pause && field.value !== file.words[name].text) field.value = file.words[name].text;
    }
  };

  // A field's own words reach the server before anything else is asked of it.
  const ask = (asked) => {
    if (here.pause) tell();
    setTriggerValue("asked", asked);
  };
  const crop = (row) => {
    ask({ does: "crop", id: row.id });
    // Whoever closes the dialog is where they were: the browser does not find the way back to a button in here.
    let opened = false;
    const back = new MutationObserver(() => {
      const open = document.querySelector('[role="dialog"]');
      if (opened && !open) {
        back.disconnect();
        row.querySelector(".crop")?.focus();
      }
      opened ||= Boolean(open);
    });
    back.observe(document.body, { childList: true, subtree: true });
  };
  Object.assign(list, { tell, move, remove, drag, ask, crop });
  // Until the server has heard the last of it, the order and the words here are newer than its own.
  const heard = here.serial === data.serial;
  if (heard) here.removed = [];
  if (heard && !here.pause) here.typed = {};
  const known = new Map(rows().map((row) => [row.id, row]));
  const dragging = list.querySelector(".dragged");
  const wanted = data.files.filter((file) => !here.removed.includes(file.id));
  for (const file of wanted) {
    const row = known.get(file.id) ?? build(file);
    if (!row.isConnected) list.append(row);
    known.set(file.id, row);
    update(row, file, heard);
  }
  if (heard && !dragging) {
    for (const row of rows()) if (!wanted.some((file) => file.id === row.id)) row.remove();
    wanted.forEach((file, at) => place(known.get(file.id), at));
  }
  list.classList.toggle("single", !data.many);
  list.setAttribute("aria-label", data.label);
  ends();
  return () => clearTimeout(here.pause);
}
