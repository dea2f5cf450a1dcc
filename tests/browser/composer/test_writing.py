"""Writing in a real browser: letters and lists of the small bar, and the card as a picture to be approved."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect

from dashboard.ui.writing.live_text import HERE, MARKUP
from tests.conftest import Dashboard
from tests.support.media import video


def text_box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Post", exact=True)


def select(page: Page, start: int, end: int) -> None:
    text_box(page).evaluate("(area, [from, to]) => { area.focus(); area.setSelectionRange(from, to) }", [start, end])


def test_bold_italic_and_lists_are_letters_that_can_be_undone(signed_in: Page, dashboard: Dashboard) -> None:
    signed_in.goto(f"{dashboard.url}/composer")
    box = text_box(signed_in)
    plain = "Café 3 ß π 🎉 @[Ada](urn:li:person:a1) https://example.com/a #tag\n\nlast"
    box.fill(plain)
    spelled = signed_in.get_by_text("screen readers may spell these letters out")
    expect(spelled).to_be_hidden()

    select(signed_in, 0, len(plain.encode("utf-16-le")) // 2)
    signed_in.get_by_role("button", name="Bold").click()
    bold = "𝗖𝗮𝗳𝗲\u0301 𝟯 ß π 🎉 @[Ada](urn:li:person:a1) https://example.com/a #tag\n\n𝗹𝗮𝘀𝘁"
    expect(box).to_have_value(bold)
    expect(spelled).to_be_visible()
    counted = len(bold.replace("@[Ada](urn:li:person:a1)", "Ada").encode("utf-16-le")) // 2
    expect(signed_in.get_by_text(f"{counted} / 3,000")).to_be_visible()
    expect(signed_in.get_by_role("article", name="Preview")).to_contain_text("𝗹𝗮𝘀𝘁")
    box.press("Control+i")
    expect(box).to_have_value(bold.replace("𝗖𝗮𝗳𝗲", "𝘾𝙖𝙛𝙚").replace("𝗹𝗮𝘀𝘁", "𝙡𝙖𝙨𝙩"))
    box.press("Control+b")
    box.press("Control+i")
    expect(box).to_have_value(plain)
    expect(spelled).to_be_hidden()

    signed_in.get_by_role("button", name="Numbered list").click()
    expect(box).to_have_value(f"1. {plain.replace('last', '2. last')}")
    signed_in.get_by_role("button", name="Bulleted list").click()
    expect(box).to_have_value(f"• {plain.replace('last', '• last')}")
    box.press("Control+z")
    expect(box).to_have_value(f"1. {plain.replace('last', '2. last')}")
    signed_in.get_by_role("button", name="Numbered list").click()
    expect(box).to_have_value(plain)


def test_the_card_is_saved_as_a_picture(signed_in: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    signed_in.goto(f"{dashboard.url}/composer")
    text_box(signed_in).fill("A film to be approved\n" * 6)
    signed_in.get_by_role("radiogroup", name="Kind").get_by_text("Video", exact=True).click()
    signed_in.locator("input[type=file]").first.set_input_files(video(tmp_path / "film.mp4"))
    expect(signed_in.get_by_role("article", name="Preview").locator("video")).to_be_visible()
    signed_in.get_by_role("button", name="Download the card").click()

    light, dark = (saved(signed_in, look) for look in ("Desk, light", "Phone, dark"))
    assert (light.width, dark.width) == (2 * (555 + 32), 2 * (375 + 32))  # of each side 16 px of ground
    ground = [each.getpixel((60, 150)) for each in (light, dark)]
    assert (min(ground[0]), max(ground[1])) == (255, 35)
    # Where the text stands, there are dark letters on white, and light ones on black.
    darkest, lightest = (each.crop((64, 180, 400, 400)).convert("L").getextrema() for each in (light, dark))
    assert (darkest[0] < 60, lightest[1] > 200) == (True, True)
    # The film's first frame, below all lines of the text: not black throughout, and without the player's controls.
    for each in (light, dark):
        film = each.crop((40, each.height - 200, each.width - 40, each.height - 60))
        assert len(film.getcolors(1 << 24)) > 1
        assert max(film.convert("L").getextrema()) < 200


def saved(page: Page, look: str) -> Image.Image:
    with page.expect_download() as download:
        page.get_by_role("button", name=look).click()
    assert download.value.suggested_filename == f"post-{look.lower().replace(', ', '-')}.png"
    return Image.open(io.BytesIO(download.value.path().read_bytes())).convert("RGB")


def test_what_the_server_did_not_hear_is_sent_again(signed_in: Page, dashboard: Dashboard) -> None:
    lost: list[bytes] = []

    def lose_one(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def sent(message: str | bytes) -> None:
            if not lost and isinstance(message, bytes) and b"Half a thought" in message:
                lost.append(message)
            else:
                server.send(message)

        socket.on_message(sent)

    # In a tab of its own: what it sends goes through this process from then on, and the next test may not listen.
    tab = signed_in.context.new_page()
    tab.route_web_socket(re.compile("_stcore/stream"), lose_one)
    tab.goto(f"{dashboard.url}/composer")
    tab.get_by_role("textbox", name="Post", exact=True).fill("Half a thought")

    expect(tab.get_by_role("article", name="Preview")).to_contain_text("Half a thought")
    assert lost


REPLACED = """async ([source, markup, typed]) => {
    const { default: mount } = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
    const sent = [];
    const draw = (text) => {
        document.body.innerHTML = markup;
        const before = {of: '', text: ''};
        const data = {label: 'Post', text, of: 'draft', before, max: 3000, rows: 6, urn: '', link: ''};
        mount({parentElement: document.body, data, setStateValue: (_, value) => sent.push(value.text)});
        return document.querySelector('textarea');
    };
    const first = draw('');
    first.focus();
    first.value = typed;
    first.setSelectionRange(5, 5);
    first.dispatchEvent(new Event('input'));
    const second = draw(typed.slice(0, 6));
    const found = [second.value, document.activeElement === second, second.selectionStart, sent.at(-1)];
    draw(typed);
    return [...found, draw('Of another tab').value];
}"""


def test_a_box_that_is_drawn_anew_keeps_what_the_server_has_not_heard_and_the_focus(page: Page) -> None:
    source = "\n".join((HERE / name).read_text() for name in ("letters.js", "live_text.js"))

    found = page.evaluate(REPLACED, [source, MARKUP, "Half a thought"])

    assert found == ["Half a thought", True, 5, "Half a thought", "Of another tab"]
