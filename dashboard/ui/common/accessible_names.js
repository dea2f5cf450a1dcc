// What Streamlit draws without a name, a role or a way in for the keyboard: toasts, charts and their marks, lists of
// choices, which stand outside the page's landmarks, places for files, and code that is wider than the window.
const NAMELESS = {
  ".stToast:not([aria-label])": (toast) => toast.setAttribute("aria-label", "Notice"),
  'body > :not([role]):not(#root):has([role="menu"], [role="listbox"])': (overlay) => {
    overlay.setAttribute("role", "region");
    overlay.setAttribute("aria-label", "Choices");
  },
  "body > :not([role]):not(#root):has(.stToast)": (overlay) => {
    overlay.setAttribute("role", "region");
    overlay.setAttribute("aria-label", "Notices");
  },
  // They scroll, at least in a narrow window.
  ':is([data-testid="stCode"] pre, .lq-scroll, [data-testid="stMarkdownContainer"]:has(table)):not([tabindex])': (wide) =>
    wide.setAttribute("tabindex", "0"),
  // It can be reached by the keyboard and has a name, so it is something.
  '[data-testid="stFileUploaderDropzone"][role="presentation"]': (zone) => zone.setAttribute("role", "group"),
  '[role="graphics-document"]:not([aria-label])': (chart) => chart.setAttribute("aria-label", "Chart"),
  '[role="graphics-symbol"]:not([aria-label]):not([aria-hidden])': (mark) => mark.setAttribute("aria-hidden", "true"),
};

export default function () {
  if (window.linkedinDashboardNames) return;
  const app = document.querySelector(".stApp");
  let asked = false;
  const name = () => {
    asked = false;
    for (const [nameless, give] of Object.entries(NAMELESS)) document.querySelectorAll(nameless).forEach(give);
    // Dialogs and menus stand beside the page, and the styles' light-dark() asks what lies around them.
    document.body.style.colorScheme = getComputedStyle(app).colorScheme;
  };
  window.linkedinDashboardNames = new MutationObserver(() => {
    if (!asked) requestAnimationFrame(name);
    asked = true;
  });
  window.linkedinDashboardNames.observe(document.body, { childList: true, subtree: true });
  window.linkedinDashboardNames.observe(app, { attributes: true, attributeFilter: ["class"] }); // another theme
  name();
}
