// A text box that follows the typing: Streamlit's own commits only when the member leaves it.
const PULSE_MS = 150;

export default function ({ parentElement, data, setStateValue }) {
  const area = parentElement.querySelector("textarea");
  const count = parentElement.querySelector(".count");
  const label = parentElement.querySelector("label");
  label.textContent = data.label;
  area.setAttribute("aria-label", data.label);
  area.placeholder = data.placeholder;
  area.rows = data.rows;

  // A mention counts as its name, which is what a reader sees; a JavaScript string's length is in UTF-16 units.
  const mention = new RegExp(`@\\[((?:\\\\.|[^\\\\[\\]\\n])+)\\]\\(${data.urn}\\)`, "g");
  const shown = (text) => text.replace(mention, (_, name) => name.replace(/\\(.)/gs, "$1"));
  const show = () => {
    const length = shown(area.value).length;
    count.textContent = `${length.toLocaleString("en")} / ${data.max.toLocaleString("en")}`;
    count.classList.toggle("over", length > data.max);
    area.setAttribute("aria-invalid", String(length > data.max));
  };
  const send = () => {
    clearTimeout(area.pause);
    area.pause = undefined;
    setStateValue("typed", { of: area.dataset.of, text: area.value });
  };
  if (area.dataset.of !== data.of) {
    // Another draft takes the box. What was typed since the server last heard of it stays, as part of the new one.
    const unheard = area.dataset.of === data.before.of && area.value !== data.before.text;
    clearTimeout(area.pause);
    area.pause = undefined;
    area.dataset.of = data.of;
    if (unheard) send();
    else area.value = data.text;
  }
  if (data.insert && area.dataset.inserted !== data.insert.id) {
    // Where the member was writing, as one more word.
    area.dataset.inserted = data.insert.id;
    const at = area.selectionStart ?? area.value.length;
    const gap = at > 0 && !/\s/.test(area.value[at - 1]) ? " " : "";
    area.setRangeText(gap + data.insert.text, at, area.selectionEnd ?? at, "end");
    send();
  }
  area.oninput = () => {
    show();
    // A pulse, not a pause: the preview follows also those who never stop typing.
    area.pause ??= setTimeout(send, PULSE_MS);
  };
  area.onblur = () => { if (area.pause) send(); };
  show();
  return () => clearTimeout(area.pause);
}
