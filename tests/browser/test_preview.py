"""Cards in a real browser: as the pictures in goldens/ have them, folded after exactly three lines, leafed by keys.

After a change that is meant, `UPDATE_GOLDENS=1 python -m pytest tests/browser/test_preview.py` writes the pictures
anew; look at each before you keep it. They are Debian's Chromium with fonts-noto-core and fonts-noto-color-emoji.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from dashboard.preview.card import Card, card
from dashboard.ui.common.post_card import STYLES
from linkedin_api import Poll, Span
from tests.conftest import Chromium, Dashboard, new_context, served
from tests.support.cards import CARDS, COLOURS, FILM, PAPER, TEXT, look
from tests.support.media import pdf, picture, video
from tests.support.patience import until

GOLDENS = Path(__file__).with_name("goldens")
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
# The buttons of a player are the browser's own, and another version's look otherwise.
CALM = (
    "body { margin: 24px } * { transition: none !important } video::-webkit-media-controls { display: none !important }"
)
# Of 255; of all pixels; of one spot of so many pixels a side: half a letter. A shift by half a pixel is no difference.
FAR, SHARE_MAX, SPOT_MAX, SPOT_PX = 40, 0.02, 0.26, 12


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the pictures that the cards show."""
    film = video(tmp_path_factory.mktemp("films") / "a.mp4")

    def painted(request: Request) -> Response:
        number = request.path_params["number"]
        size = (794, 1123) if "uploads" in request.url.path else (640, 360)
        return Response(picture(size, colour=COLOURS[number % len(COLOURS)], text=str(number)), media_type="image/png")

    routes = [
        Route("/pictures/{number:int}.png", painted),
        Route("/uploads/{sha256}/pages/{number:int}", painted),
        Route("/film.mp4", lambda _: FileResponse(film, media_type="video/mp4")),
        Route("/", lambda _: HTMLResponse("<!DOCTYPE html><title>Cards</title>")),
    ]
    with served(Starlette(routes=routes)) as url:
        yield url


@pytest.fixture(scope="module")
def desk(chromiums: Chromium, address: str) -> Iterator[Page]:
    """An empty page with the card's style, on which cards are laid."""
    context = new_context(chromiums.browser(), 620, 900, device_scale_factor=1)
    page = context.new_page()
    page.goto(address)
    for file in STYLES:
        page.add_style_tag(path=str(file))
    page.add_style_tag(content=CALM)
    yield page
    context.close()


def lay(page: Page, shown: Card) -> None:
    """Show a card, and wait until everything in sight of it is there."""
    page.evaluate("html => { document.body.innerHTML = html }", card(shown))
    page.evaluate("""async () => {
        await document.fonts.ready
        const near = image => image.getBoundingClientRect().left < innerWidth
        await Promise.all([...document.images].filter(near).map(image => image.decode()))
        const film = document.querySelector('video')
        if (film && film.readyState < 1) await new Promise(done => film.addEventListener('loadedmetadata', done))
    }""")


def photo(page: Page, shown: Card) -> Image.Image:
    lay(page, shown)
    shot = page.get_by_role("article", name="Preview").screenshot(animations="disabled")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def differs(one: Image.Image, other: Image.Image) -> str:
    """What is different for the eye, or nothing: fonts may be smoothed otherwise on another machine."""
    if abs(one.width - other.width) > 2 or abs(one.height - other.height) > 2:
        return f"{one.size} is not {other.size}"
    size = min(one.width, other.width), min(one.height, other.height)
    soft = [image.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(1)) for image in (one, other)]
    bands = ImageChops.difference(*soft).split()
    far = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2]).point(lambda value: 255 * (value > FAR))
    share = far.histogram()[255] / (size[0] * size[1])
    spots = far.resize((max(1, size[0] // SPOT_PX), max(1, size[1] // SPOT_PX)), Image.Resampling.BOX)
    spot = spots.getextrema()[1] / 255
    return f"{share:.1%} of it, {spot:.0%} of one spot" if share >= SHARE_MAX or spot >= SPOT_MAX else ""


@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_it_did(desk: Page, name: str, tmp_path: Path) -> None:
    """Against goldens/; UPDATE_GOLDENS=1 rewrites them."""
    golden, found = GOLDENS / f"{name}.png", photo(desk, CARDS[name])
    if UPDATE:
        found.quantize(256, dither=Image.Dither.NONE).save(golden, optimize=True)
    found.save(tmp_path / f"{name}.png")

    assert not (what := differs(found, Image.open(golden).convert("RGB"))), f"{what}: see {tmp_path}/{name}.png"
    assert golden.stat().st_size < 60_000


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDENS.iterdir()} == set(CARDS)


OTHERS = {
    "another word": ("text-desktop", look(TEXT.replace("flowers", "animals"))),
    "a word in the fold": ("text-mobile-folded", replace(CARDS["text-mobile-folded"], folded=False)),
    "another order": ("grid-4", replace(CARDS["grid-4"], images=CARDS["grid-4"].images[::-1])),
    "another grid": ("grid-4", look(images=3, more={"mobile": True})),
    "one more picture": ("grid-7", look(images=8, more={"mobile": True})),
    "other colours": ("poll-dark", replace(CARDS["poll-dark"], dark=False)),
    "another answer": (
        "poll-dark",
        replace(CARDS["poll-dark"], poll=Poll("Which loom do you use?", ("Jacquard", "Doily", "None so far"))),
    ),
    "no captions": ("video", replace(CARDS["video"], video=replace(FILM, captions=False))),
    "a round mark": ("company", replace(CARDS["company"], is_page=False)),
    "not edited": ("company", replace(CARDS["company"], edited=False)),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_card_does_not_pass_for_it(desk: Page, what: str) -> None:
    name, other = OTHERS[what]

    assert differs(photo(desk, other), Image.open(GOLDENS / f"{name}.png").convert("RGB"))


# The fold.

LINES = {"three": "one\ntwo\nthree", "four": "one\ntwo\nthree\nfour", "one long": "word " * 200}
WIDTHS = {"desktop": 555, "mobile": 375}


def plain(text: str, **more: bool) -> Card:
    return Card("Ada Example", None, (Span(text),), **more)


def mark_px(page: Page, mark: str) -> float:
    """How far below the top of the text the mark of the fold is; it is clipped away above it."""
    top = page.locator(".lp-body").evaluate("(body, mark) => getComputedStyle(body, mark).top", mark)
    return float(top.removesuffix("px"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("lines", "marked"), {"one long": True, "four": True, "three": False}.items())
def test_a_text_is_folded_after_three_lines_as_they_are_rendered(
    desk: Page, width: str, lines: str, marked: bool
) -> None:
    lay(desk, plain(LINES[lines], folded=True, mobile=width == "mobile"))

    text, body = (desk.locator(name).bounding_box() or {} for name in (".lp-text", ".lp-body"))
    assert text["y"] + text["height"] - body["y"] == 60
    assert mark_px(desk, "::after") == (40 if marked else -999)


@pytest.mark.parametrize(("lines", "marked"), {"one long": True, "four": True, "three": False}.items())
def test_an_unfolded_text_shows_where_it_would_be_folded(desk: Page, lines: str, marked: bool) -> None:
    lay(desk, plain(LINES[lines], marked=True))

    text, body = (desk.locator(name).bounding_box() or {} for name in (".lp-text", ".lp-body"))
    assert text["y"] + text["height"] == body["y"] + body["height"]
    assert mark_px(desk, "::before") == (59 if marked else -999)


@pytest.mark.parametrize("folded", [True, False])
def test_a_copied_text_is_the_text(desk: Page, folded: bool) -> None:
    lay(desk, plain(LINES["four"], folded=folded))

    copied = desk.evaluate("getSelection().selectAllChildren(document.querySelector('.lp-body')), `${getSelection()}`")
    assert copied == LINES["four"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_card_is_as_wide_as_in_the_feed(desk: Page, width: str) -> None:
    lay(desk, plain("x", mobile=width == "mobile"))

    assert (desk.get_by_role("article").bounding_box() or {})["width"] == WIDTHS[width]


def test_a_card_fits_a_narrow_screen(desk: Page) -> None:
    desk.set_viewport_size({"width": 320, "height": 700})
    for each in CARDS.values():
        lay(desk, each)

        assert desk.evaluate("document.documentElement.scrollWidth") == 320, each
    desk.set_viewport_size({"width": 620, "height": 900})


# A document.


def test_pages_are_leafed_through_by_keys(desk: Page) -> None:
    lay(desk, CARDS["document"])
    leaves, second = desk.get_by_role("group", name="Pages"), desk.get_by_alt_text("Page 2 of 12")
    before = second.bounding_box() or {}
    desk.keyboard.press("Tab")
    desk.keyboard.press("ArrowRight")

    expect(leaves).to_be_focused()
    desk.wait_for_function("document.querySelector('.lp-leaves').scrollLeft > 100")
    assert (second.bounding_box() or {})["x"] < before["x"] - 100


def test_pages_far_away_are_not_loaded(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    lay(desk, replace(CARDS["document"], document=replace(PAPER, pages=[f"/uploads/b/pages/{n}" for n in range(300)])))
    desk.wait_for_load_state("networkidle")

    assert 2 <= len(asked) < 30


# On the composer's page.


@pytest.fixture
def composer(signed_in: Page, dashboard: Dashboard) -> Page:
    signed_in.goto(f"{dashboard.url}/composer")
    signed_in.get_by_role("textbox", name="Post", exact=True).fill(TEXT)
    expect(preview(signed_in)).to_contain_text("Analytical Engines, told to")
    return signed_in


def preview(page: Page) -> Locator:
    return page.get_by_role("article", name="Preview")


def test_the_switches_work_by_keyboard_and_last(composer: Page) -> None:
    composer.get_by_role("radio", name="Desktop").focus()
    composer.keyboard.press("ArrowRight")
    composer.keyboard.press("Enter")
    composer.get_by_role("switch", name="Folded").or_(composer.get_by_role("checkbox", name="Folded")).focus()
    composer.keyboard.press("Space")
    looks = re.compile(r"lp-mobile lp-folded")

    expect(preview(composer)).to_have_class(looks)
    assert (preview(composer).bounding_box() or {})["width"] == 375
    composer.get_by_role("link", name="History").click()
    expect(composer.get_by_text("Nothing here yet")).to_be_visible()
    composer.get_by_role("link", name="Write", exact=True).click()
    expect(preview(composer)).to_have_class(looks)


def choose(page: Page, kind: str) -> None:
    page.get_by_role("radiogroup", name="Kind").get_by_text(kind, exact=True).click()


def expect_drawn(card: Locator) -> None:
    first = card.get_by_alt_text("Page 1 of 3")
    expect(first).to_be_visible()
    # Asked of the picture that stands there now: one that a later drawing has replaced may never be loaded.
    until(lambda: first.evaluate("image => image.complete && image.naturalWidth > 300"))


def test_a_document_has_its_pages_wherever_it_is_shown(composer: Page, dashboard: Dashboard) -> None:
    choose(composer, "Document")
    paper = {"name": "engine.pdf", "mimeType": "application/pdf", "buffer": pdf(3)}
    composer.locator("input[type=file]").first.set_input_files([paper])
    expect_drawn(preview(composer))
    expect(preview(composer).get_by_role("group", name="Pages")).to_have_attribute("tabindex", "0")
    composer.get_by_role("button", name="Publish in the sandbox").click()
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    choose(composer, "Reshare")
    composer.get_by_label("Shared link or URN").fill(dashboard.posts()[0]["urn"])
    expect_drawn(preview(composer).get_by_label("The post that is shared"))
    composer.get_by_role("link", name="Sandbox", exact=True).click()
    expect_drawn(composer.get_by_role("article", name="Post in the sandbox"))
