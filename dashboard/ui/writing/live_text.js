// A text box that follows the typing: Streamlit's own commits only when the member leaves it.
const PULSE_MS = 150;
const HEARD_MS = 2000; // by then the server has drawn what was sent
const TYPING_MS = 2000; // since the last key: whoever types is in the middle of it
const typing = (window.linkedinDashboardTyping ??= {}); // by the label of a box: what was in it last, and what was heard
const READERS =
  "Bold and italic are other characters here: screen readers may spell these letters out, and a search may miss them.";

export default function ({ parentElement, data, setStateValue }) {
  const area = parentElement.querySelector("textarea");
  const count = parentElement.querySelector(".count");
  const label = parentElement.querySelector("label");
  const [bar, readers, said] = [".bar", ".readers", ".said"].map((name) => parentElement.querySelector(name));
  label.textContent = data.label;
  area.setAttribute("aria-label", data.label);
  area.placeholder = data.placeholder;
  area.rows = data.rows; // for browsers that do not grow it with its text
  area.style.setProperty("--rows", data.rows);
  if (!data.formats) bar?.remove();

  // A mention counts as its name, which is what a reader sees; a JavaScript string's length is in UTF-16 units.
  const mention = new RegExp(`@\\[((?:\\\\.|[^\\\\[\\]\\n])+)\\]\\(${data.urn}\\)`, "g");
  const shown = (text) => text.replace(mention, (_, name) => name.replace(/\\(.)/gs, "$1"));
  const show = () => {
    const length = shown(area.value).length;
    count.textContent = `${length.toLocaleString("en")} / ${data.max.toLocaleString("en")}`;
    count.classList.toggle("over", length > data.max);
    area.setAttribute("aria-invalid", String(length > data.max));
    readers.textContent = data.formats && STYLED.test(area.value) ? READERS : "";
    said.textContent = "";
  };
  const note = (at) => {
    typing[data.label] = { of: area.dataset.of, text: area.value, caret: area.selectionStart, heard: area.heard, at };
  };
  const send = () => {
    clearTimeout(area.pause);
    area.pause = undefined;
    note(typing[data.label]?.at);
    setStateValue("typed", { of: area.dataset.of, text: area.value });
    clearTimeout(area.check);
    area.check = setTimeout(() => {
      // Streamlit drops what comes for a part of the page that was drawn elsewhere meanwhile.
      if (area.again || !area.isConnected || area.value === area.heard) return;
      area.again = true;
      area.send();
    }, HEARD_MS);
  };
  Object.assign(area, { send, heard: data.text });
  const kept = typing[data.label];
  const isNew = area.dataset.of === undefined && kept?.of === data.of; // Streamlit has put it in the place of another
  if (kept?.of === data.of && kept.text === data.text) kept.heard = data.text;
  if (isNew && kept.text !== kept.heard) {
    // The other one took with it what the server has not heard of.
    area.dataset.of = data.of;
    area.value = kept.text;
    send();
  }
  if (area.dataset.of !== data.of) {
    // Another draft takes the box. What was typed since the server last heard of it stays, as part of the new one.
    const unheard = area.dataset.of === data.before.of && area.value !== data.before.text;
    clearTimeout(area.pause);
    area.pause = undefined;
    area.dataset.of = data.of;
    if (unheard) send();
    else area.value = data.text;
  }
  if (isNew && document.activeElement === document.body && performance.now() - kept.at < TYPING_MS) {
    area.focus();
    area.setSelectionRange(kept.caret, kept.caret);
  }
  if (data.insert && area.dataset.inserted !== data.insert.id) {
    // Where the member was writing, as one more word.
    area.dataset.inserted = data.insert.id;
    const at = area.selectionStart ?? area.value.length;
    const gap = at > 0 && !/\s/.test(area.value[at - 1]) ? " " : "";
    area.setRangeText(gap + data.insert.text, at, area.selectionEnd ?? at, "end");
    send();
    // One goes on writing there, once the dialog is gone that has the focus until then.
    const goOn = () => (document.querySelector('[role="dialog"]') ? setTimeout(goOn, 50) : area.focus());
    goOn();
  }
  area.oninput = () => {
    area.again = false;
    note(performance.now());
    show();
    // A pulse, not a pause: the preview follows also those who never stop typing.
    area.pause ??= setTimeout(send, PULSE_MS);
  };
  area.onblur = () => { if (area.pause) send(); };
  // As if it were typed, so that the browser can undo it.
  const replace = (start, end, text) => {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      area.setRangeText(text, start, end);
      area.dispatchEvent(new Event("input"));
    }
    area.setSelectionRange(start, start + text.length);
  };
  const styled = (style) => {
    let [start, end] = [area.selectionStart, area.selectionEnd];
    if (start === end) {
      start -= area.value.slice(0, start).match(/\S*$/)[0].length;
      end += area.value.slice(end).match(/^\S*/)[0].length;
    }
    const kept = new RegExp(`${mention.source}|${data.link}|#\\S+`, "g");
    const text = restyled(cut(area.value, start, end, kept), style);
    if (text) return replace(start, end, text);
    area.focus();
    said.textContent = start === end ? `Select what is to be ${style}.` : `Nothing here has a form in ${style}.`;
  };
  const enlisted = (kind) => {
    const { value, selectionStart, selectionEnd } = area;
    const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
    const last = selectionEnd > selectionStart ? selectionEnd - 1 : selectionEnd; // not the line that it only reaches
    const end = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
    replace(start, end, listed(value.slice(start, end).split("\n"), kind).join("\n"));
    if (selectionStart === selectionEnd) area.setSelectionRange(area.selectionEnd, area.selectionEnd);
  };
  const press = { bold: styled, italic: styled, bullet: enlisted, number: enlisted };
  for (const button of data.formats ? bar.children : []) {
    button.onmousedown = (event) => event.preventDefault(); // what is selected stays selected
    button.onclick = () => press[button.value](button.value);
  }
  area.onkeydown = (event) => {
    const style = { b: "bold", i: "italic" }[event.key.toLowerCase()];
    if (!data.formats || !style || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    styled(style);
  };
  show();
  return () => clearTimeout(area.pause);
}
