// Streamlit's toasts have no name, and the marks of its charts are images without one: a screen reader says nothing of use.
const NAMELESS = {
  ".stToast:not([aria-label])": (toast) => toast.setAttribute("aria-label", "Notice"),
  '[role="graphics-document"]:not([aria-label])': (chart) => chart.setAttribute("aria-label", "Chart"),
  '[role="graphics-symbol"]:not([aria-label]):not([aria-hidden])': (mark) => mark.setAttribute("aria-hidden", "true"),
};

export default function () {
  if (window.linkedinDashboardNames) return;
  let asked = false;
  const name = () => {
    asked = false;
    for (const [nameless, give] of Object.entries(NAMELESS)) document.querySelectorAll(nameless).forEach(give);
  };
  window.linkedinDashboardNames = new MutationObserver(() => {
    if (!asked) requestAnimationFrame(name);
    asked = true;
  });
  window.linkedinDashboardNames.observe(document.body, { childList: true, subtree: true });
  name();
}
