"""The Queue page without a browser: what it asks the database, what it says, and what it does to posts that wait."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Selectbox

from dashboard.accounts.account import Account
from dashboard.csv_import import read
from dashboard.csv_import.read import Planned
from dashboard.db.database import now
from dashboard.db.tables import accounts, posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import AT_LIMIT, AT_UNREACHABLE, LIMIT, UNREACHABLE, Posting, PostRow
from dashboard.services import Services
from dashboard.ui.queue import csv_files
from dashboard.untrusted import isolated
from sandbox.directory.members import ZOE
from tests.conftest import RunningSandbox
from tests.linkedin_api.http.test_transport import raw_server, read_request
from tests.support.internet import internet
from tests.support.media import picture, video
from tests.support.patience import PATIENCE_S, until
from tests.support.services import new_token, open_services, profile
from tests.ui.test_pages import linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]
BERLIN = "Europe/Berlin"


def planned(services: Services, member: int, text: str = "Planned", hours: float = 24, **more: object) -> PostRow:
    """A post that waits for its time."""
    draft = Draft(**{"text": text, **more})  # type: ignore[arg-type]
    [post_id] = services.outbox.put_all([Posting(member, draft, now() + timedelta(hours=hours), BERLIN)])
    return current(services, post_id)


def current(services: Services, post_id: int) -> PostRow:
    row = services.outbox.get(post_id)
    assert row
    return row


def change(services: Services, row: PostRow, **values: object) -> PostRow:
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == row.id).values(values))
    return current(services, row.id)


def change_account(services: Services, **values: object) -> None:
    with services.database.begin() as db:
        db.execute(update(accounts).values(values))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def html(app: AppTest) -> str:
    return "\n".join(each.proto.body for each in app.get("html"))


# What the page asks the database.


def test_a_post_without_text_is_named_by_its_question(services: Services, member: int) -> None:
    planned(services, member, "First", 1)
    planned(
        services, member, "", 2, kind="poll", question="Tea?", options=("Yes", "No"), author="urn:li:organization:1"
    )

    first, second = services.queue.planned([member])

    assert (first.text, second.text, second.author) == ("First", "Tea?", "urn:li:organization:1")


def test_a_page_of_a_long_queue_is_one_page(services: Services, member: int) -> None:
    drafts = [Posting(member, Draft(text=f"Post {n}"), now() + timedelta(hours=n + 1), BERLIN) for n in range(60)]
    services.outbox.put_all(drafts)

    third = services.queue.planned([member], page=3)

    assert [entry.text for entry in third] == [f"Post {n}" for n in range(50, 60)]
    assert services.queue.count([member], before=now() + timedelta(hours=30.5)) == 30


def test_a_day_of_the_calendar_is_a_day_of_the_members_zone(services: Services, member: int) -> None:
    late = datetime(2030, 12, 1, 23, 30, tzinfo=UTC)  # half past midnight on the second in Berlin
    services.outbox.put_all([Posting(member, Draft(text=f"Post {n}"), late, BERLIN) for n in range(5)])

    days = services.queue.days([member], late - timedelta(days=9), late + timedelta(days=9), ZoneInfo(BERLIN), each=3)

    assert [(str(day), found.count, len(found.entries)) for day, found in days.items()] == [("2030-12-02", 5, 3)]


def test_the_agenda_reads_a_postgresql_database_alike(tables_url: str, linkedin: RunningSandbox) -> None:
    services = open_services(Path("/nowhere"), linkedin.url, DATABASE_URL=tables_url)
    zoe = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    row = planned(services, zoe.id, "", 24, kind="article", title="A title")
    change(services, planned(services, zoe.id, "Held", -1), held="Wait.")
    change(services, planned(services, zoe.id, "Moves"), state="uploading")
    agenda, there = services.queue, [zoe.id]
    assert row.due_at

    days = agenda.days(there, row.due_at, row.due_at + timedelta(days=1), ZoneInfo(BERLIN), 3)

    assert [entry.text for entry in agenda.planned(there)] == ["Held", "A title"]
    assert [entry.text for day in days.values() for entry in day.entries] == ["A title", "Moves"]
    assert agenda.pulse(there) == {"scheduled": 2, "uploading": 1, "held": 1, "delayed": 0}
    assert agenda.planned_already([Posting(zoe.id, row.draft, row.due_at, BERLIN)]) == 1
    services.database.dispose()


# What needs a person.


def test_an_empty_queue_says_where_posts_come_from(services: Services, member: int) -> None:
    assert "Nothing is planned yet." in said(opened("queue"))


def test_a_post_is_listed_under_its_day_with_its_words(services: Services, member: int) -> None:
    planned(services, member, "<b>Not bold</b>", 24)
    planned(services, member, f"{'Long. ' * 99}\n\nIts end", 25)

    shown = html(opened("queue"))

    assert "Tomorrow, " in shown or "Today, " in shown  # midnight may come meanwhile
    assert "&lt;b&gt;Not bold&lt;/b&gt;" in shown
    assert "Long. \n\nIts end</span></summary>" in shown


def test_posts_after_the_end_of_the_sign_in_are_counted(services: Services, member: int) -> None:
    planned(services, member, hours=24 * 80)
    planned(services, member, hours=24 * 81)
    planned(services, member, hours=24)

    assert "2 posts are due after Ada Example's sign-in ends on" in said(opened("queue"))


def test_a_refused_sign_in_is_named_with_what_waits_for_it(services: Services, member: int) -> None:
    planned(services, member)
    services.accounts.refuse_token(member, "revoked")

    assert "1 post of Ada Example cannot leave. Access was revoked at LinkedIn." in said(opened("queue"))


def test_the_daily_limit_is_told_in_both_clocks_and_may_be_tried(services: Services, member: int) -> None:
    row = change(services, planned(services, member), due_at=now() - timedelta(minutes=1), delayed_by=LIMIT)
    services.accounts.park(member, datetime(2098, 1, 1, tzinfo=UTC))
    change_account(services, time_zone=BERLIN)
    app = opened("queue")
    assert "until 00:00 UTC (01:00 here)" in said(app)

    press(app, "Try now")

    assert current(services, row.id).state != "scheduled"
    assert services.accounts.get(member).parked_until is None


def test_what_the_limit_holds_back_says_so_wherever_it_is_shown(services: Services, member: int) -> None:
    until = datetime(2098, 1, 1, tzinfo=UTC)
    row = change(services, planned(services, member), delayed_by=LIMIT, delayed_until=until, note="It goes through v2.")

    limited = AT_LIMIT.format("00:00")
    assert escape(limited) in html(opened("queue"))
    assert f"It goes through v2. {limited}" in said(opened("history", post=str(row.id)))
    assert limited in said(opened("composer"))


def test_a_post_that_waits_for_linkedin_says_so_wherever_it_is_shown(services: Services, member: int) -> None:
    row = planned(services, member, hours=-1)
    before = services.queue.pulse([member])
    values = {
        "delayed_until": datetime(2098, 1, 1, 9, 5, tzinfo=UTC),
        "error": "LinkedIn's host name could not be found.",
    }
    change(services, row, delayed_by=UNREACHABLE, unreachable_since=now(), **values)

    waits = AT_UNREACHABLE.format("09:05")
    assert escape(waits) in html(opened("queue"))
    shown = said(opened("history", post=str(row.id)))
    assert "It waits until LinkedIn can be reached." in shown
    assert waits in shown
    assert "LinkedIn's host name could not be found." in shown
    assert waits in said(opened("composer"))
    assert services.queue.pulse([member]) != before  # the page follows


def test_a_held_post_says_why_it_waits(services: Services, member: int) -> None:
    change(services, planned(services, member, "Held text", -1), held="Your sign-in had ended.")

    shown = said(opened("queue"))

    assert "**Held.** Ada Example: Your sign-in had ended." in shown
    assert "Held text" in shown


def test_an_unconfirmed_post_explains_itself_here_and_in_history(services: Services, member: int) -> None:
    row = planned(services, member, "Perhaps out")
    change(services, row, state="unconfirmed", create_sent_at=now(), error="No answer came.", advice="Look first.")

    for page in ("queue", "history"):
        app = opened(page, post=str(row.id))
        assert "No answer came." in said(app), page
        assert {"It is there", "Send again", "Give up"} <= {button.label for button in app.button}, page


def test_a_planned_post_in_history_says_when_it_leaves(services: Services, member: int) -> None:
    row = change(services, planned(services, member), due_at=datetime(2090, 12, 1, 8, tzinfo=UTC))

    assert "Planned for Fri 1 Dec 2090, 09:00 (Europe/Berlin, UTC+1)" in said(opened("history", post=str(row.id)))


def test_an_action_that_comes_too_late_says_so(services: Services, member: int) -> None:
    row = change(services, planned(services, member), state="published")
    app = opened("queue")

    app.session_state["member_state"].queue_next = ("Reschedule", row.id)
    app.run()

    assert [toast.value for toast in app.toast] == ["It has left in the meantime."]


def test_somebody_elses_post_is_not_touched(services: Services, member: int) -> None:
    row = planned(services, member)
    with services.database.begin() as db:
        other = db.execute(insert(accounts).values(issuer="other", sub="x", userinfo={"sub": "x"}, scopes=[]))
        db.execute(update(posts).values(account_id=other.inserted_primary_key[0]))
    app = opened("queue")

    app.session_state["member_state"].queue_next = ("Duplicate", row.id)
    app.run()

    assert services.drafts.get(member).is_empty
    assert [toast.value for toast in app.toast] == ["It has left in the meantime."]


def test_edit_takes_the_very_post_to_the_composer(services: Services, member: int) -> None:
    row = planned(services, member, "To be mended")
    app = opened("queue")

    app.session_state["member_state"].queue_next = ("Edit", row.id)
    app.run()

    assert services.drafts.get(member).draft_id == row.draft_id
    assert "This post waits in the queue for" in said(app)


def test_duplicate_makes_a_draft_of_its_own(services: Services, member: int) -> None:
    row = planned(services, member, "Twice is better")
    app = opened("queue")

    app.session_state["member_state"].queue_next = ("Duplicate", row.id)
    app.run()

    kept = services.drafts.get(member)
    assert (kept.text, kept.draft_id == row.draft_id) == ("Twice is better", False)


# On their way, and other people's posts.


def test_a_post_on_its_way_shows_how_far_it_is_and_may_be_stopped(services: Services, member: int) -> None:
    row = change(services, planned(services, member), state="uploading", sent_bytes=1_000_000, total_bytes=4_000_000)
    app = opened("queue")
    assert [bar.proto.text for bar in app.get("progress")] == ["Uploading · 1.0 of 4.0 MB"]

    press(app, "Cancel")

    assert current(services, row.id).cancel_requested
    assert "Cancelling…" in said(app)


@pytest.fixture
def zoe(services: Services, member: int, linkedin: RunningSandbox) -> Account:
    """Somebody as whom Ada may publish."""
    found = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    services.connections.add(member, found.id)
    return found


def test_the_queue_holds_connected_members_posts_and_may_be_narrowed(
    services: Services, member: int, zoe: Account
) -> None:
    planned(services, member, "Of Ada")
    planned(services, zoe.id, "Of Zoe")
    app = opened("queue")
    assert "Of Ada" in html(app)
    assert "Text · Zoë Muster" in html(app)

    app.selectbox(key="queue-whose").set_value(zoe.id).run()

    assert "Of Ada" not in html(app)
    assert "Of Zoe" in html(app)


def test_a_file_may_plan_for_a_connected_member(services: Services, member: int, zoe: Account) -> None:
    app = upload(opened("queue"), "date,time,text,member\n2090-12-01,09:00,Hers,Zoë Muster\n".encode())

    button(app).click().run()

    [row] = services.schedule.waiting([zoe.id])
    assert (row.text, row.written_by, row.draft.member) == ("Hers", member, str(zoe.urn))


def test_a_file_for_a_member_who_left_the_list_since_schedules_nothing(
    services: Services, member: int, zoe: Account
) -> None:
    app = upload(opened("queue"), "date,time,text,member\n2090-12-01,09:00,Hers,Zoë Muster\n".encode())
    ready = not button(app).disabled
    services.connections.remove(member, zoe.id)

    app = button(app).click().run()

    assert ready
    assert services.outbox.select() == []
    assert "1 thing to mend in the file" in said(app)
    assert button(app).disabled


def test_a_colleagues_ended_sign_in_is_called_theirs(services: Services, zoe: Account) -> None:
    row = planned(services, zoe.id, "Hers")
    services.accounts.refuse_token(zoe.id, "expired")

    app = opened("queue")

    app.session_state["member_state"].queue_next = ("Publish now", row.id)
    app.run()

    assert "1 post of Zoë Muster cannot leave. Zoë Muster's LinkedIn sign-in has expired." in said(app)
    assert "Your LinkedIn sign-in" not in said(app)


# Many at once.


def upload(app: AppTest, content: bytes, files: dict[str, bytes] | None = None) -> AppTest:
    """Choose a file of posts, and what goes with it."""
    for name, each in (files or {}).items():
        app.file_uploader[1].upload(name, each, "image/png").run()
    return app.file_uploader[0].upload("posts.csv", content, "text/csv").run()


def button(app: AppTest) -> Button:
    return app.button(key="bulk-schedule")


def test_a_file_of_posts_is_scheduled_whole(services: Services, member: int) -> None:
    content = b"date,time,time_zone,text,kind,files\n2090-12-01,09:00,Europe/Berlin,One,,\n"
    content += b"2090-12-02,09:00,UTC,Two,image,a.png\n"
    app = upload(opened("queue"), content, {"a.png": picture()})
    assert not button(app).disabled

    button(app).click().run()

    first, second = services.schedule.waiting([member])
    assert (first.text, first.due_at) == ("One", datetime(2090, 12, 1, 8, tzinfo=UTC))
    assert [a.file.name for a in second.draft.images] == ["a.png"]
    assert [toast.value for toast in app.toast] == ["2 posts are scheduled."]
    assert "bulk-schedule" not in {each.key for each in app.button}


def test_what_goes_with_a_file_of_posts_is_judged_by_its_content(services: Services, member: int) -> None:
    content = b"date,time,text,kind,files\n2090-12-02,09:00,Two,image,saved.jfif\n"
    files = {
        "saved.jfif": picture((64, 48), "JPEG"),
        "shot.webp": picture((64, 48), "WEBP"),
        "notes.txt": b"Hello",
    }

    app = opened("queue")
    app.file_uploader[1].set_value([(name, each, "image/png") for name, each in files.items()]).run()
    app = upload(app, content)

    assert not button(app).disabled
    assert "posts.csv, saved.jfif, shot.webp" in said(app)  # made to fit
    assert "notes.txt is no picture, video, document or captions file. Choose another file." in said(app)


def test_which_of_day_and_month_comes_first_is_asked_once_for_the_file(services: Services, member: int) -> None:
    app = upload(opened("queue"), b"date,time,time_zone,text\n12/1/2090,9:00,UTC,One\n12/2/2090,9:00,UTC,Two\n")
    assert button(app).disabled
    (question,) = (each for each in app.button_group if "Which comes first" in each.label)

    question.set_value("Month first (12/31)").run()
    button(app).click().run()

    assert [row.due_at for row in services.schedule.waiting([member])] == [
        datetime(2090, 12, day, 9, tzinfo=UTC) for day in (1, 2)
    ]


def test_one_wrong_row_stops_all_of_them(services: Services, member: int) -> None:
    content = b"date,time,text,kind,files\n2090-12-01,09:00,Fine,,\n2090-13-01,9,<b>,image,gone.png\n"

    app = upload(opened("queue"), content)

    assert button(app).disabled
    assert "3 things to mend in the file." in said(app)
    assert "gone.png&quot; was not chosen along with this file" in html(app)
    assert services.queue.count([member]) == 0


def test_a_file_that_is_no_picture_is_refused_and_the_others_stay(services: Services, member: int) -> None:
    content = b"date,time,text,kind,files\n2090-12-01,09:00,Two,image,a.png | b.png\n"

    app = upload(opened("queue"), content, {"a.png": picture(), "b.png": b"no picture"})

    assert any("b.png" in error.value.replace("\\", "") for error in app.error)
    assert "b.png&quot; was not chosen along with this file" in html(app)
    assert "a.png&quot;" not in html(app)


def test_what_is_in_the_queue_already_is_a_warning(services: Services, member: int) -> None:
    row = planned(services, member, "Once")
    assert row.due_at
    content = read.write([Planned(2, row.draft, row.due_at, BERLIN)])

    app = upload(opened("queue"), content)

    assert "One of these posts is in the queue already" in said(app)
    assert not button(app).disabled


def test_a_film_that_must_be_encoded_is_and_then_its_post_may_be_scheduled(
    services: Services, member: int, tmp_path: Path
) -> None:
    film = video(tmp_path / "a.mov", 3.2, (64, 48), 0, kind="mov", codec="mjpeg").read_bytes()
    content = b"date,time,time_zone,text,kind,files\n2090-12-02,09:00,UTC,Two,video,a.mov\n"
    turns = isolated._turns["encode_film"]
    with turns, turns:  # both are taken: the film waits for its own
        app = upload(opened("queue"), content, {"a.mov": film})
        waits = button(app).disabled

    until(lambda: not button(app.run()).disabled)
    button(app).click().run()

    [post] = services.schedule.waiting([member])
    assert (post.draft.video[0].file.content_type, post.draft.video[0].file.codec) == ("video/mp4", "h264")
    assert waits
    assert not app.exception


def test_of_two_files_of_one_name_the_second_is_told(services: Services, member: int) -> None:
    box = opened("queue").file_uploader[1]
    for colour in ("#ff0000", "#00ff00"):
        box = box.upload("a.png", picture(colour=colour), "image/png")
    app = box.run()

    assert "Of two files called a.png the first was taken. Rename the other one." in said(app)
    assert not app.exception


def test_a_database_that_fails_schedules_nothing_and_keeps_the_file(services: Services, member: int) -> None:
    content = b"date,time,text\n2090-12-01,09:00,One\n2090-12-02,09:00,Two\n"
    app = upload(opened("queue"), content)
    with services.database.begin() as db:
        db.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON posts WHEN NEW.text = 'Two' BEGIN SELECT RAISE(FAIL, 'full'); END"
        )

    button(app).click().run()

    assert "Nothing was scheduled." in said(app)
    assert services.queue.count([member]) == 0
    assert not button(app).disabled


def test_the_queue_as_a_file_reads_back_as_the_same_posts(services: Services, member: int) -> None:
    row = planned(services, member, "=1+1, and\na line", 24, kind="article", url="https://example.com", title="T")
    content = csv_files.in_file(services.schedule.waiting([member]), {member: ""})
    me = read.ImportAuthor("urn:li:person:782bbtaQ", "Ada")

    sheet = read.read(content, read.ImportContext(me, now(), lambda draft, author: ()))

    [back] = sheet.rows
    assert (back.due_at, back.draft.changed(draft_id=row.draft_id)) == (row.due_at, row.draft)


def test_a_month_of_posts_turns_at_new_year(services: Services, member: int) -> None:
    app = opened("queue")
    app.session_state["member_state"].queue_at = date(2090, 12, 31)
    app.session_state["queue-view"] = "Month"
    app.run()

    press(app, "The month after")

    assert "**Jan 2091**" in said(app)


def ask_for_all() -> None:
    """What the fragment of the dialog draws for Ada."""
    import inspect

    from dashboard.ui.queue import attention
    from dashboard.ui.state import session

    session.look_again()
    inspect.unwrap(attention._publish_all)([1])


def test_all_held_posts_are_published_after_a_question_that_says_whose(services: Services, member: int) -> None:
    for hours in (-1, -2):
        change(services, planned(services, member, hours=hours), held="The sign-in ended.")
    app = press(opened("queue"), "Publish all held posts")
    assert "2 held posts leave for the sandbox at once" in said(app)
    assert "Ada Example: 2 posts" in said(app)
    press(AppTest.from_function(ask_for_all, default_timeout=PATIENCE_S).run(), "Publish 2 posts")
    assert services.queue.held_up([member]) == []
    services.worker.stop()
    for hours in (-1, -2):
        change(services, planned(services, member, hours=hours), held="The sign-in ended.")

    services.accounts.refuse_token(member, "revoked")
    app = press(opened("queue"), "Publish all held posts")
    assert "2 posts stay held. Access was revoked at LinkedIn" in said(app)
    assert next(each for each in app.button if each.label == "Publish 0 posts").disabled


def means(app: AppTest, column: str) -> Selectbox:
    return next(each for each in app.selectbox if each.label == f"What {column} means")


def test_what_the_columns_mean_is_said_once_and_kept_for_the_next_file(services: Services, member: int) -> None:
    table = b"Wer,Inhalt,Posting Time\nAda,Hello,2090-12-01 09:00\n"
    app = upload(opened("queue"), table)
    guessed = means(app, "Inhalt").value
    means(app, "Inhalt").set_value("first_comment").run()
    means(app, "Wer").set_value("text").run()

    again = upload(opened("queue"), table.replace(b"Hello", b"Other"))
    before = said(again)
    anew = press(again, "Read their names anew")

    assert guessed == "text"
    assert "moment ← Posting Time · text ← Wer · first_comment ← Inhalt" in said(app)
    assert "as you chose for such a file before" in before
    assert (means(anew, "Wer").value, means(anew, "Inhalt").value) == ("", "text")


def test_a_workbook_is_scheduled_as_a_csv_is(services: Services, member: int) -> None:
    content = read.sample_workbook(datetime(2090, 1, 1, tzinfo=UTC), BERLIN)
    app = opened("queue")
    app = app.file_uploader[0].upload("posts.xlsx", content, "application/octet-stream").run()

    button(app).click().run()

    assert [row.kind for row in services.schedule.waiting([member])] == ["text", "article", "poll"]


def test_pictures_are_fetched_from_their_addresses_and_one_that_fails_says_so(
    services: Services, member: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"/a.png": (b"200 OK", b"image/png", picture()), "/b.png": (b"404 Not Found", b"text/html", b"gone")}

    def serve(connection: socket.socket) -> None:
        status, kind, body = answers[read_request(connection).split()[1].decode().partition("?")[0]]
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Type: %s\r\nConnection: close\r\n\r\n%s" % (status, kind, body))

    with raw_server(serve) as url:
        object.__setattr__(services, "internet", internet())  # only public addresses are fetched elsewhere
        app = upload(opened("queue"), f"text,date,image\nOne,2090-12-01 09:00,{url}/a.png\n".encode())
        before = button(app).disabled
        app = press(app, "Fetch it")
        after = button(app).disabled
        app = upload(app, f"text,date,image\nOne,2090-12-01 09:00,{url}/b.png\n".encode())
        app = press(app, "Fetch it")
        failed = said(app)
        monkeypatch.setattr("dashboard.csv_import.download.FILES_MAX", 2)  # with the one that is here
        rows = [f"{name},2090-12-0{n} 09:00,{url}/a.png?{name}" for n, name in enumerate("1233", 1)]
        app = press(upload(app, "\n".join(["text,date,image", *rows]).encode()), "Fetch them")
        most = said(app)

    assert (before, after, button(app).disabled) == (True, False, True)
    assert "b.png: 127.0.0.1 answered 404." in failed
    assert "Download it yourself and choose it along with the table." in failed
    assert "1 file was not fetched: a table may name 2 files and 1 GB by web address. Choose these along" in most
