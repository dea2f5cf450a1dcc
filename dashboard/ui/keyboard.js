// The keys that work on every page. What is typed into a field, and every other combination, is left alone.
const SEQUENCE_MS = 1500;
const TYPING = "textarea, select, [contenteditable=true], input:not([type=radio], [type=checkbox], [type=button])";

export default function ({ data }) {
  let asked = -Infinity; // when "g" was pressed
  const find = (selector) => document.querySelector(selector);
  const publish = (event) => {
    const button = find('[class*="st-key-leave-"] button:not(:disabled)');
    if (!button) return;
    event.preventDefault();
    const host = document.activeElement;
    (host?.shadowRoot?.activeElement ?? host)?.blur(); // a field tells what was typed when it is left
    setTimeout(() => button.click());
  };
  const act = (event) => {
    if (event.defaultPrevented || event.repeat || find('[role="dialog"]')) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return publish(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].matches?.(TYPING)) return;
    const page = event.timeStamp - asked < SEQUENCE_MS ? data.pages[event.key] : undefined;
    asked = event.key === "g" ? event.timeStamp : -Infinity;
    if (page !== undefined) find(`.st-key-navigation a[href="${page}"]`)?.click();
    else if (event.key === "?") find('.st-key-navigation a[href="profile"]')?.click();
    else if (event.key === "n") [...document.querySelectorAll("button")].find((each) => each.innerText.trim() === "Next")?.click();
    else if (event.key === "/") {
      const search = find('input[aria-label="Search"]');
      if (search) event.preventDefault();
      search?.focus();
    }
  };
  document.addEventListener("keydown", act);
  return () => document.removeEventListener("keydown", act);
}
