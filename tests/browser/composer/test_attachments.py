"""The attached pictures in a real browser: their order by keyboard and by drag, what a reload keeps, and a carousel."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Dashboard, settled
from tests.support.media import photo, picture, video

DROP = """([zone, files]) => {
  const dropped = new DataTransfer();
  for (const [name, bytes] of files) dropped.items.add(new File([new Uint8Array(bytes)], name));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
}"""
COLOURS = {"one": "#0a66c2", "two": "#7a3e9d", "three": "#057642", "four": "#b24020", "five": "#915907"}


@pytest.fixture
def composer(signed_in: Page, dashboard: Dashboard) -> Page:
    signed_in.goto(f"{dashboard.url}/composer")
    signed_in.get_by_role("radiogroup", name="Kind").get_by_text("Image", exact=True).click()
    settled(signed_in)
    return signed_in


def attach(page: Page, folder: Path) -> list[Path]:
    files = [folder / f"{name}.png" for name in COLOURS]
    for file, colour in zip(files, COLOURS.values(), strict=True):
        file.write_bytes(picture((120, 80), colour=colour))
    page.locator("input[type=file]").first.set_input_files(files)
    expect(rows(page)).to_have_count(len(files))
    return files


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Media: attached files").get_by_role("listitem")


def in_order(page: Page, *names: str) -> None:
    """Wait for an order of the rows, and for the card to show the same."""
    expect(rows(page)).to_contain_text([f"{name}.png" for name in names])
    shown = page.get_by_role("article", name="Preview").get_by_role("img")
    expect(shown.nth(0)).to_have_accessible_name(f"Called {names[0]}")


def centre(row: Locator) -> tuple[float, float]:
    box = row.locator(".thumb").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_pictures_are_put_in_order_by_keyboard_and_by_drag_and_published_so(
    composer: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    attach(composer, tmp_path)
    for name in COLOURS:
        composer.get_by_role("textbox", name=f"Alt text of {name}.png").fill(f"Called {name}")
    composer.get_by_role("button", name="Move to front: five.png").focus()
    composer.keyboard.press("Enter")
    composer.get_by_role("button", name="Move up: four.png").focus()
    composer.keyboard.press("Enter")
    expect(composer.get_by_text("four.png is now number 4 of 5.")).to_be_attached()
    expect(composer.get_by_role("button", name="Move up: four.png")).to_be_focused()
    in_order(composer, "five", "one", "two", "four", "three")
    expect(composer.get_by_role("button", name="Move up: four.png")).to_be_focused()  # also when all is drawn anew

    rows(composer).nth(0).scroll_into_view_if_needed()
    composer.mouse.move(*centre(rows(composer).nth(4)))
    composer.mouse.down()
    composer.mouse.move(*centre(rows(composer).nth(2)), steps=4)
    x, y = centre(rows(composer).nth(0))
    composer.mouse.move(x, y - 20, steps=4)
    composer.mouse.up()
    in_order(composer, "three", "five", "one", "two", "four")
    composer.get_by_role("button", name="Remove").nth(2).press("Enter")
    in_order(composer, "three", "five", "two", "four")
    settled(composer)
    composer.reload()
    in_order(composer, "three", "five", "two", "four")

    composer.get_by_role("button", name="Publish").press("Enter")
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    published = [each["alt_text"] for each in dashboard.posts()[0]["media"]]
    assert published == ["Called three", "Called five", "Called two", "Called four"]


def test_a_picture_is_cropped_and_pictures_become_a_carousel_and_are_published_by_keyboard(
    composer: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    attach(composer, tmp_path)
    dialog = composer.get_by_role("dialog")
    composer.get_by_role("button", name="Crop: one.png").press("Enter")
    dialog.get_by_role("radio", name="Original").press("ArrowRight")
    dialog.get_by_role("slider").press("End")
    dialog.get_by_role("button", name="Use this part").press("Enter")
    expect(rows(composer).first).to_contain_text("It was cut to 1.91:1.")
    expect(composer.get_by_role("button", name="Crop: one.png")).to_be_focused()

    composer.get_by_role("button", name="Make a carousel").press("Enter")
    dialog.get_by_role("textbox", name="Title").fill("Five pages")
    make = dialog.get_by_role("button", name="Make a document of 5 pages")
    expect(make).to_be_enabled()
    make.press("Enter")
    expect(rows(composer)).to_contain_text(["Carousel.pdf"])
    composer.get_by_role("button", name="Use the 5 pictures again").press("Enter")
    expect(rows(composer)).to_have_count(5)
    composer.get_by_role("button", name="Make a carousel").press("Enter")
    expect(dialog.get_by_role("textbox", name="Title")).to_have_value("Five pages")
    make.press("Enter")
    expect(composer.get_by_role("article", name="Preview")).to_contain_text("Five pages")
    expect(composer.get_by_role("article", name="Preview")).to_contain_text("5 pages")

    composer.get_by_role("button", name="Publish").press("Enter")
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    [document] = dashboard.posts()[0]["media"]
    assert (document["content_type"], document["title"]) == ("application/pdf", "Five pages")


def test_of_files_chosen_together_each_is_attached_or_told_of_until_dismissed(composer: Page, tmp_path: Path) -> None:
    chosen = {"IMG_1.HEIC": photo(kind="HEIF"), "plain.png": picture(), "saved.jfif": picture((64, 48), "JPEG")}
    for name, content in {**chosen, "notes.xyz": b"no picture", "huge.tif": b"II*\0"}.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.tif").open("r+b") as file:
        file.truncate(600 << 20)
    uploader = composer.locator("input[type=file]").first
    # Without a list of types: a phone's browser makes JPEGs of HEIC photos as it likes, and no other file is left out.
    assert uploader.get_attribute("accept") in (None, "")

    uploader.set_input_files([tmp_path / name for name in (*chosen, "notes.xyz", "huge.tif")])

    alerts = composer.get_by_test_id("stAlert")
    expect(rows(composer)).to_contain_text([*chosen])
    expect(rows(composer).first).to_contain_text("became a JPEG")
    expect(alerts.filter(has_text="huge.tif is too large for 500")).to_be_visible()
    expect(alerts.filter(has_text="notes.xyz is no picture that can be read.")).to_be_visible()
    composer.get_by_role("button", name="Dismiss").click()
    expect(alerts).to_have_count(0)
    composer.get_by_role("radiogroup", name="Kind").get_by_text("Video", exact=True).click()
    settled(composer)
    film = list(video(tmp_path / "a.mp4").read_bytes())
    zone = composer.get_by_test_id("stFileUploaderDropzone").first
    composer.evaluate(DROP, [zone.element_handle(), [["a.mp4", film], ["b.mp4", film]]])
    expect(alerts.filter(has_text="b.mp4 was not taken: only one file goes here.")).to_be_visible()
    expect(rows(composer)).to_contain_text(["a.mp4"])
