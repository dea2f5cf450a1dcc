// What Streamlit's uploader refuses in the browser (too large, one too many, not arrived) stands in it only until the
// other files of the same choice are taken. Each is told to the page once, which keeps a sentence about it.
export default function ({ data, parentElement, setTriggerValue }) {
  const told = (parentElement.toldFiles ??= new WeakSet());
  const look = () => {
    const all = document.querySelectorAll(`[class*="st-key-${data.of}"] [data-testid="stFileChip"][aria-invalid]`);
    const fresh = [...all].filter((chip) => !told.has(chip));
    fresh.forEach((chip) => told.add(chip));
    const said = fresh.map((chip) => ({
      name: chip.querySelector('[data-testid="stFileChipName"]')?.title ?? "",
      why: chip.querySelector('[role="alert"]')?.textContent ?? "",
    }));
    if (said.length) setTriggerValue("refused", said);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-invalid"] });
  look();
  return () => observer.disconnect();
}
