// Draws a copy of the preview beside the page and saves it as a picture. Nothing leaves the browser.
const WIDTHS = { desk: 555, phone: 375 }; // pixels, as card.css has them
const AROUND = { light: "#f4f2ee", dark: "#000" }; // LinkedIn's ground, by eye
const MARGIN_PX = 16;
const SCALE = 2; // pixels of the picture for one of the page

const asData = (blob) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} for a file of the card`);
  return asData(await answer.blob());
}

// The picture with its bytes in it. One of another server may be shown and not be read: initials take its place.
async function settle(picture) {
  if (picture.src.startsWith("data:")) return picture.decode();
  if (new URL(picture.src, location.href).origin !== location.origin) {
    const initials = document.createElement("span");
    const name = picture.closest('header, [role="group"], article')?.querySelector(".lp-name")?.textContent.trim() ?? "";
    initials.className = `${picture.className} lp-initials`;
    initials.textContent = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase() || "in";
    return picture.replaceWith(initials);
  }
  picture.loading = "eager";
  picture.src = await read(picture.src);
  return picture.decode();
}

// A film is its cover, or else its first frame; a sentence where the browser has no decoder for it.
async function stilled(film) {
  const source = film.poster || (await firstFrame(film.src).catch(() => ""));
  const still = document.createElement(source ? "img" : "div");
  if (source) still.src = source;
  else still.textContent = "This browser cannot draw the video.";
  still.className = source ? film.className : "lp-missing";
  still.style.cssText = `${film.style.cssText}; object-fit: contain`;
  film.replaceWith(still);
}

async function firstFrame(address) {
  const film = Object.assign(document.createElement("video"), { muted: true, preload: "auto", src: address });
  await new Promise((done, failed) => {
    film.onloadeddata = done;
    film.onerror = () => failed(film.error);
  });
  const canvas = Object.assign(document.createElement("canvas"), { width: film.videoWidth, height: film.videoHeight });
  canvas.getContext("2d").drawImage(film, 0, 0);
  film.removeAttribute("src");
  film.load();
  return canvas.toDataURL("image/png");
}

function staged(card, width, look) {
  const stage = document.createElement("div");
  stage.inert = true;
  stage.setAttribute("aria-hidden", "true");
  stage.style.cssText = `position: fixed; top: 0; left: -10000px; box-sizing: border-box; padding: ${MARGIN_PX}px;
    width: ${WIDTHS[width] + 2 * MARGIN_PX}px; background: ${AROUND[look]}; color-scheme: ${look}`;
  const copy = card.cloneNode(true);
  copy.classList.remove("lp-mobile", "lp-folded", "lp-marked", "lp-dark", "lp-light");
  copy.classList.add(`lp-${look}`, ...(width === "phone" ? ["lp-mobile"] : []));
  for (const extra of copy.querySelectorAll(".lp-actions, .lp-text.lp-faint, .lp-leaf ~ .lp-leaf")) extra.remove();
  stage.append(copy);
  return stage;
}

async function drawn(card, width, look) {
  const stage = staged(card, width, look);
  document.body.append(stage);
  try {
    await Promise.all([...stage.querySelectorAll("video")].map(stilled));
    await Promise.all([...stage.querySelectorAll("img")].map(settle));
    const options = { scale: SCALE, font: false, style: { position: "static" } };
    return await modernScreenshot.domToBlob(stage, options);
  } finally {
    stage.remove();
  }
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export default function ({ parentElement }) {
  const [buttons, said] = [[...parentElement.querySelectorAll("button")], parentElement.querySelector("[role=status]")];
  const make = async (width, look) => {
    const card = document.querySelector('article.lp-card[aria-label="Preview"]');
    for (const button of buttons) button.disabled = true;
    said.textContent = "Drawing the picture …";
    try {
      save(await drawn(card, width, look), `post-${width}-${look}.png`);
      said.textContent = `Saved as post-${width}-${look}.png.`;
    } catch (error) {
      said.textContent = `The picture was not made: ${error.message ?? "a file of the card cannot be read"}. Reload the page and try again.`;
    }
    for (const button of buttons) button.disabled = false;
  };
  for (const button of buttons) button.onclick = () => make(...button.value.split(" "));
}
