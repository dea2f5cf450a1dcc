// The keys that work on every page. What is typed into a field, and every other combination, is left alone.
// After publishing the focus goes to what the composer's bar says about it. Each view of a phone keeps its place.
const SEQUENCE_MS = 1500;
const PUBLISH = '[class*="st-key-leave-"] button';
const VIEWS = ".st-key-views";
const OUTCOME = ".st-key-outcome";
const TYPING = "textarea, select, [contenteditable=true], input:not([type=radio], [type=checkbox], [type=button])";

export default function ({ data }) {
  let asked = -Infinity; // when "g" was pressed
  const places = {}; // how far each view was scrolled, by its name
  const find = (selector) => document.querySelector(selector);
  const publish = (event) => {
    const button = find(`${PUBLISH}:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    const host = document.activeElement;
    (host?.shadowRoot?.activeElement ?? host)?.blur(); // a field tells what was typed when it is left
    setTimeout(() => button.click());
  };
  const told = new MutationObserver(() => {
    const outcome = find(OUTCOME);
    if (!outcome || outcome.textContent === told.before) return;
    told.disconnect();
    const at = document.activeElement;
    if (at !== document.body && !at.closest(".st-key-bar")) return; // the next post is being written
    outcome.tabIndex = -1;
    outcome.setAttribute("role", "group");
    outcome.setAttribute("aria-label", "Outcome");
    outcome.focus({ preventScroll: true });
  });
  const turn = (view) => {
    const main = find('[data-testid="stMain"]');
    const left = find(`${VIEWS} [aria-checked="true"]`);
    if (left) places[left.textContent] = main.scrollTop;
    setTimeout(() => main.scrollTo(0, places[view.textContent] ?? 0));
  };
  const follow = (event) => {
    const view = event.target.closest?.(`${VIEWS} [role="radio"]`);
    if (view) turn(view);
    if (!event.target.closest?.(PUBLISH)) return;
    told.before = find(OUTCOME)?.textContent;
    told.observe(document.body, { childList: true, subtree: true, characterData: true });
  };
  const act = (event) => {
    if (event.defaultPrevented || event.repeat || find('[role="dialog"]')) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return publish(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].matches?.(TYPING)) return;
    const page = event.timeStamp - asked < SEQUENCE_MS ? data[event.key] : undefined;
    asked = event.key === "g" ? event.timeStamp : -Infinity;
    if (page !== undefined) find(`.st-key-navigation a[href="${page}"]`)?.click();
    else if (event.key === "?") find('.st-key-navigation a[href="profile"]')?.click();
    else if (event.key === "/") {
      const search = find('input[aria-label="Search"]');
      if (search) event.preventDefault();
      search?.focus();
    }
  };
  document.addEventListener("keydown", act);
  document.addEventListener("click", follow, true);
  return () => {
    told.disconnect();
    document.removeEventListener("keydown", act);
    document.removeEventListener("click", follow, true);
  };
}
