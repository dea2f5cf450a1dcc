"""Choosing files in a real browser: each ends attached, or in a sentence that stays, whatever its ending."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.conftest import Dashboard, settled
from tests.support.media import photo, picture, video

DROP = """([zone, files]) => {
  const dropped = new DataTransfer();
  for (const [name, bytes] of files) dropped.items.add(new File([new Uint8Array(bytes)], name));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
}"""


def test_of_files_chosen_together_each_is_attached_or_told_of_until_dismissed(
    signed_in: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    page = signed_in
    page.goto(f"{dashboard.url}/composer")
    kinds = page.get_by_role("radiogroup", name="Kind")
    kinds.get_by_text("Image", exact=True).click()
    settled(page)
    chosen = {"IMG_1.HEIC": photo(kind="HEIF"), "plain.png": picture(), "saved.jfif": picture((64, 48), "JPEG")}
    for name, content in {**chosen, "notes.xyz": b"no picture", "huge.tif": b"II*\\0"}.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.tif").open("r+b") as file:
        file.truncate(600 << 20)
    uploader = page.locator("input[type=file]").first
    # Without a list of types: a phone's browser makes JPEGs of HEIC photos as it likes, and no other file is left out.
    assert uploader.get_attribute("accept") in (None, "")

    uploader.set_input_files([tmp_path / name for name in (*chosen, "notes.xyz", "huge.tif")])

    expect(page.get_by_role("button", name="Remove", exact=True)).to_have_count(3)
    alerts = page.get_by_test_id("stAlert")
    expect(alerts.filter(has_text="huge.tif is too large: files of up to 500 MB are taken.")).to_be_visible()
    expect(alerts.filter(has_text="notes.xyz is no picture that can be read.")).to_be_visible()
    expect(page.get_by_text("IMG_1.HEIC became a JPEG.")).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(alerts).to_have_count(0)

    kinds.get_by_text("Video", exact=True).click()
    settled(page)
    film = list(video(tmp_path / "a.mp4").read_bytes())
    zone = page.get_by_test_id("stFileUploaderDropzone").first
    page.evaluate(DROP, [zone.element_handle(), [["a.mp4", film], ["b.mp4", film]]])

    expect(alerts.filter(has_text="b.mp4 was not taken: only one file goes here.")).to_be_visible()
    expect(page.get_by_text("a.mp4").first).to_be_visible()
