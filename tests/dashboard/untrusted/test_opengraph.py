"""A page's card is fetched from public addresses only, in time, and whatever the page is made of."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard.untrusted.fetch import INTERNET, READ_MAX_BYTES, Fetched, Internet, PageRefused, fetch
from dashboard.untrusted.opengraph import PAGES, PageCard, fetch_card, fetch_picture, page_says
from dashboard.untrusted.public_addresses import is_public
from dashboard.untrusted.web_page.charset import decoded
from tests.linkedin_api.http.test_transport import free_port, raw_server, read_request, self_signed
from tests.support.internet import SILENT, UNKNOWN, internet
from tests.support.media import picture
from tests.support.patience import PATIENCE_S

HTML = "text/html; charset=utf-8"
CARD = (
    '<meta property="og:title" content="A &quot;good&quot; title"><meta property="og:description" content="About it">'
    '<meta property="og:image" content="/a.png"><meta property="og:site_name" content="The site">'
)


HERE = internet()
OUTSIDE = replace(INTERNET, budget_s=PATIENCE_S)
HURRIED = internet(budget_s=2)


def answer(content: bytes | str = CARD, kind: str = HTML, status: str = "200 OK", *more: str) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *([f"Content-Type: {kind}"] if kind else []), *more]
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + body


def moved(to: str) -> bytes:
    return answer("", "", "302 Found", f"Location: {to}")


@contextmanager
def serving(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers one by one, the last one again and again; and what it was asked."""
    asked: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        connection.sendall(answers[min(len(asked), len(answers)) - 1])

    with raw_server(talk) as url:
        yield url, asked


def card_of(content: bytes | str, kind: str = HTML, *more: str) -> PageCard:
    with serving(answer(content, kind, "200 OK", *more)) as (url, _):
        return fetch_card(url, HERE)


def refusal(url: str, through: Internet = HERE) -> str:
    with pytest.raises(PageRefused) as caught:
        fetch_card(url, through)
    return str(caught.value)


# What is read.


def test_a_page_says_its_card() -> None:
    with serving(answer()) as (url, asked):
        found = fetch_card(f" {url}/a?b=c#part \n", HERE)

    assert found == PageCard(f"{url}/a?b=c#part", 'A "good" title', "About it", (f"{url}/a.png",), "The site")
    assert asked[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")


@pytest.mark.parametrize("more", [["Connection: close"], ["Connection: keep-alive"]])
def test_a_page_is_read_whether_or_not_the_server_hangs_up(more: list[str]) -> None:
    assert card_of(CARD, HTML, *more).site_name == "The site"


def test_a_page_in_chunks_is_read() -> None:
    parts = (CARD[:20].encode(), CARD[20:].encode(), b"")
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(head.encode() + body) as (url, _):
        assert fetch_card(url, HERE).site_name == "The site"


def test_nothing_of_ours_goes_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with serving(answer("", "", "302 Found", "Location: /b", "Set-Cookie: id=1"), answer()) as (url, asked):
        fetch_card(url, HERE)

    sent = [{line.partition(b":")[0].lower() for line in each.split(b"\r\n")[1:] if line} for each in asked]
    assert sent == [{b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}] * 2
    assert b"User-Agent: linkedin-dashboard" in asked[0]


def test_a_page_without_a_card_gives_its_title_and_description() -> None:
    found = card_of("<title>\n My   page </title><meta name=Description content=Plain>", "application/xhtml+xml")

    assert (found.title, found.description, found.image_urls, found.site_name) == ("My page", "Plain", (), "")


LINKED = '{"@graph": [{"name": "Shop"}, {"headline": "L", "description": "D", "image": [{"url": "/l.png"}]}]}'
TWITTER = '<meta name="twitter:title" content="W"><meta name="twitter:image" content="/w.png">'


@pytest.mark.parametrize(
    ("page", "card"),
    [
        (f"<title>T</title>{TWITTER}", ("W", "", "w.png")),
        (f'<script type="application/ld+json">{LINKED}</script>', ("L", "D", "l.png")),
        (f'<title>T</title><script type="Application/LD+JSON; x">{LINKED}</script>', ("T", "D", "l.png")),
        ('<script type="application/ld+json">{"a": [</script><title> </title><title>T</title>', ("T", "", "")),
        (
            '<script type="application/ld+json">{"@graph": null, "name": "N", "image": [3, "/n.png"]}</script>',
            ("N", "", "n.png"),
        ),
        (f'{TWITTER}<meta property="og:title twitter:title" content="O">', ("O", "", "w.png")),
        ('<title>T</title><meta name="og:image" property="og:image" content="/a\nb.png">', ("T", "", "ab.png")),
    ],
)
def test_what_a_page_says_in_other_words_is_its_card(page: str, card: tuple[str, str, str]) -> None:
    found = card_of(page)

    assert (found.title, found.description, "".join(found.image_urls).rpartition("/")[2]) == card


def test_a_page_that_sends_on_by_its_head_is_followed_as_a_redirect_is() -> None:
    on = '<title>Wait</title><meta http-equiv="Refresh" content="0; URL=\'{}\'">'
    with serving(answer(on.format("/b")), answer(CARD)) as (url, _):
        assert (fetch_card(url, HERE).url, fetch_card(url, HERE).site_name) == (f"{url}/b", "The site")
    with serving(answer(on.format("/"))) as (url, asked):
        assert fetch_card(f"{url}/", HERE).title == "Wait"
        assert len(asked) == 1
    with serving(answer(on.format("/b")), *[moved("/"), answer(on.format("/b"))] * 2) as (url, asked):
        assert fetch_card(f"{url}/", HERE).title == "Wait"
        assert len(asked) == 3


def test_a_page_that_sends_on_to_none_keeps_its_own_card() -> None:
    on = '<title>Wait</title><meta http-equiv="refresh" content="0; url={}">'
    for to in ("/gone", "http://10.0.0.1/", "mailto:a@b.example"):
        with serving(answer(on.format(to)), answer("", HTML, "404 Not Found")) as (url, asked):
            assert (fetch_card(url, HERE).title, len(asked)) == ("Wait", 2 if to == "/gone" else 1)
    with serving(answer(on.format("http://10.0.0.1/").removeprefix("<title>Wait</title>"))) as (url, asked):
        assert "private network" in refusal(url)
        assert len(asked) == 1


def test_a_card_that_stands_in_the_body_is_found() -> None:
    assert card_of(f"<title>Short</title></head><body>{CARD}").title == 'A "good" title'


def test_a_page_that_says_nothing_is_refused() -> None:
    with serving(answer("<p>Hello</p>")) as (url, _):
        assert "says nothing about itself: no title and no card. Write" in refusal(url)


def test_a_picture_is_sought_beside_the_page_whatever_base_says() -> None:
    page = '<base href="http://elsewhere.example/"><title>T</title><meta property="og:image" content="b c.png">'
    with serving(moved("/deep/page"), answer(page)) as (url, _):
        found = fetch_card(url, HERE)

    assert (found.url, found.image_urls) == (f"{url}/deep/page", (f"{url}/deep/b%20c.png",))


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "//[", ""]
)
def test_a_picture_that_is_no_web_address_gives_way_to_the_secure_one(image: str) -> None:
    found = card_of(
        f'<title>T</title><meta property="og:image" content="{image}">'
        '<meta property="og:image:secure_url" content="https://pictures.example/a.png">'
    )

    assert found.image_urls == ("https://pictures.example/a.png",)


def test_long_and_odd_texts_become_one_line_of_a_sane_length() -> None:
    found = card_of(
        f'<meta property="og:title" content="a\u202e\x07 b&#xD800;{"x" * 900}">'
        f'<meta property="og:description" content="{"y" * 5000}">'
    )

    assert found.title.startswith("a b")
    assert (len(found.title), len(found.description)) == (400, 1000)
    assert found.title.encode().decode() == found.title


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<title>Grüße “日本”</title>".encode(), "text/html"),
        ("<title>Grüße “日本”</title>".encode(), "text/html; charset=no-such-thing"),
        ("<title>Grüße “日本”</title>".encode(), "text/html; charset=zip"),
        ("<title>Grüße “日本”</title>".encode("utf-16"), "text/html"),
        ("\ufeff<title>Grüße “日本”</title>".encode(), HTML),
        ("<meta charset=gb18030><title>Grüße “日本”</title>".encode("gb18030"), "text/html"),
        ("<meta charset=koi8-r><title>Grüße “日本”</title>".encode(), HTML),
        ("<meta charset=utf-16><title>Grüße “日本”</title>".encode(), "text/html"),
        ("<title>Grüße “日本”</title>".encode("gb18030"), 'Text/HTML; Charset="GB18030"'),
    ],
)
def test_letters_are_read_by_header_then_by_mark_then_by_meta(content: bytes, kind: str) -> None:
    assert card_of(content, kind).title == "Grüße “日本”"


@pytest.mark.parametrize(
    ("page", "charset", "said"),
    [
        (b"<title>\xad\xa1\xa1\xc1</title>", "euc-jp", "①～"),
        (b"<title>\x1b$B-!\x1b(B</title>", "ISO-2022-JP", "①"),
        (b"<title>\x80 5</title>", "gb2312", "€ 5"),
        (b"<title>a\x81b</title>", "windows-1252", "a\x81b"),
        ("<meta charset=x-user-defined><title>“é”</title>".encode("cp1252"), "", "“é”"),
        (b"<!-- <meta charset=utf-8> --><meta charset=koi8-r><title>\xd0</title>", "", "п"),
        (b"<script>'<meta charset=utf-8>'</script><meta charset=koi8-r><title>\xd0</title>", "", "п"),
        (b"<meta name=a content='charset=utf-8'><meta charset=koi8-r><title>\xd0</title>", "no-such-thing", "п"),
        (b"<meta charset=none><meta content='a; charset=koi8-r' http-equiv=content-TYPE><title>\xd0</title>", "", "п"),
        (b"<!--" + bytes(3000) + b"--></head><meta charset='koi8-r'><title>\xd0</title>", "", "п"),
        (b'<?xml version="1.0" encoding="koi8-r"?><title>\xd0</title>', "", "п"),
        ("<title>Привет, мир</title>".encode("cp1251"), "", "Привет, мир"),
        ("<title>日本語のページです</title>".encode("cp932"), "", "日本語のページです"),
        ("<title>“Größe” – à l’été</title>".encode("cp1252"), "", "“Größe” – à l’été"),
    ],
)
def test_letters_are_those_that_a_browser_shows(page: bytes, charset: str, said: str) -> None:
    assert f"<title>{said}</title>" in decoded(page, charset)


def test_latin_1_is_read_as_browsers_do() -> None:
    assert card_of("<title>“Größe”</title>".encode("cp1252"), "text/html; charset=iso-8859-1").title == "“Größe”"
    assert card_of(f"<title>{'é' * 20}</title>".encode("latin-1"), "text/html").title == "é" * 20
    assert card_of("<title>Ein Café</title>".encode("cp1252"), "text/html").title == "Ein Café"


@pytest.mark.parametrize(
    ("letters", "label", "codec"),
    [
        ("日本①", "x-sjis", "cp932"),
        ("日本①", "Shift_JIS", "cp932"),
        ("朱镕基", "gb2312", "gbk"),
        ("“Şirket”", "ISO-8859-9", "cp1254"),
        ("똠방각하", "ks_c_5601-1987", "cp949"),
        ("สวัสดี…", "tis-620", "cp874"),
        ("“Größe”", "ascii", "cp1252"),
    ],
)
def test_a_label_stands_for_what_browsers_read_it_as(letters: str, label: str, codec: str) -> None:
    content = f"<title>{letters}</title>".encode(codec)

    assert card_of(content, f"text/html; charset={label}").title == letters
    assert card_of(f"<meta charset={label}>".encode() + content, "text/html").title == letters


def test_a_mark_at_the_start_wins_over_the_header_and_a_late_meta_is_found() -> None:
    assert card_of("\ufeff<title>Grüße</title>".encode(), "text/html; charset=iso-8859-1").title == "Grüße"
    assert card_of("<title>Grüße</title>".encode("utf-16"), "text/html; charset=iso-8859-1").title == "Grüße"
    late = "<title>Привет</title><!--" + "x" * 2_100 + "--><meta charset=windows-1251>"
    assert card_of(late.encode("cp1251"), "text/html").title == "Привет"


def test_a_card_is_found_in_name_and_property_at_once_and_an_svg_has_a_title_of_its_own() -> None:
    found = card_of(
        "<!-- the <title> of the page --><script>let t = '<title>'</script>"
        "<noscript><meta http-equiv=refresh content='0;url=/no-js'></noscript>"
        "<svg><title>Logo</title><svg><title>Inner</title></svg></svg><template><title>Copy</title></template>"
        "<title>Page of <b> &amp; <i></title>"
        '<meta name="description" property="og:description" content="Both">'
        '<meta name="og:site_name" content="Name"><svg><title>Open'
    )

    assert (found.title, found.description, found.site_name) == ("Page of <b> & <i>", "Both", "Name")


def test_every_picture_of_the_page_is_told_in_its_order() -> None:
    images = "".join(f'<meta property="og:image" content="{each}">' for each in ("data:,x", "/a.png", "/b.png"))
    with serving(answer(f"<title>T</title>{images}")) as (url, _):
        assert fetch_card(url, HERE).image_urls == (f"{url}/a.png", f"{url}/b.png")


def test_a_percent_sign_is_not_encoded_twice() -> None:
    with serving(answer()) as (url, asked):
        fetch_card(f"{url}/50%25%20off/100%?a=%C3%A9%", HERE)

    assert asked[0].startswith(b"GET /50%25%20off/100%25?a=%C3%A9%25 HTTP/1.1")


@pytest.mark.parametrize("letters", ["b", "div", "svg", "table"])
def test_a_page_nested_without_end_is_read(letters: str) -> None:
    assert card_of(f"<title>Deep</title>{f'<{letters}>' * 100_000}").title == "Deep"


@pytest.mark.parametrize("tangle", ["<!--", "</", "<a ", "<a b='"])
def test_a_page_that_would_take_hours_to_read_is_given_up(tangle: str) -> None:
    content = tangle.encode() * (2_000_000 // len(tangle))
    page = Fetched("https://tangled.example/", "text/html", "", content, cut=False)

    with pytest.raises(PageRefused, match="too tangled"):
        page_says(page, within_s=1)


# Where it may lead.

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::6810:1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PUBLIC += ["172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2002:808:808::1"]
CLOSED = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),  # noqa: S104
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "::127.0.0.1", "::8.8.8.8", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
    *("2001:db8::1", "2001::1", "2001:2::1", "3fff::1", "100::1", "5f00::1", "4000::1", "64:ff9b:1::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1"),
    *("2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::e000:1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_not_everybody_can_reach_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_this_machine_is_not_asked_however_it_is_written(host: str) -> None:
    with serving(answer()) as (url, asked):
        said = refusal(f"http://{host}:{urlsplit(url).port}/", OUTSIDE)

    assert "points into a private network, so it was not fetched" in said
    assert asked == []


def test_a_name_with_one_private_address_is_not_asked() -> None:
    with serving(answer()) as (url, asked):
        two = internet(names={"two.example": [["127.0.0.1", "10.0.0.1"]]})
        said = refusal(f"http://two.example:{urlsplit(url).port}/", two)

    assert said.startswith("two.example points into a private network")
    assert asked == []


def test_a_name_that_changes_its_address_after_the_check_leads_nowhere_else() -> None:
    rebinding = internet(names={"turning.example": [["127.0.0.1"]]})  # a second look-up ends the process
    with serving(answer()) as (url, asked):
        port = urlsplit(url).port
        found = fetch_card(f"http://turning.example:{port}/", rebinding)

    assert found.site_name == "The site"
    assert f"Host: turning.example:{port}".encode() in asked[0]


def test_each_hop_is_looked_up_and_checked_anew() -> None:
    turning = internet(names={"turning.example": [["127.0.0.1"], ["10.0.0.1"]]})
    with serving(moved("/next")) as (url, asked):
        said = refusal(f"http://turning.example:{urlsplit(url).port}/", turning)

    assert "private network" in said
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://10.0.0.1/keys", "10.0.0.1 points into a private network"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("//[::1]/", "private network"),
        ("javascript:alert(1)", "Only addresses that begin with https://"),
        ("data:text/html,<title>T</title>", "Only addresses that begin with https://"),
        ("file:///etc/passwd", "Only addresses that begin with https://"),
        ("http://ada:secret@127.0.0.1/", "holds a user name or password"),
        ("http://127.0.0.1:22/", "Port 22 is not one of a web page"),
        ("http://[", "an address that is none"),
        ("/a\x0bb", "an address that is none"),
    ],
)
def test_a_redirect_leads_only_where_one_may_go(to: str, why: str) -> None:
    with serving(moved(to)) as (url, asked):
        assert why in refusal(url)

    assert len(asked) == 1


@pytest.mark.parametrize("between", ["%0d%0a", "%0D%0A", "\r\n\t", " "])
def test_a_redirect_cannot_add_a_header(between: str) -> None:
    with serving(moved(f"/a{between}X-Evil: 1"), answer()) as (url, asked):
        fetch_card(url, HERE)

    assert asked[1].upper().startswith((b"GET /A%0D%0AX-EVIL:%201 HTTP/1.1\r\n", b"GET /A%20X-EVIL:%201 HTTP/1.1\r\n"))
    assert b"\nX-Evil" not in asked[1]


def test_a_redirect_with_letters_is_followed() -> None:
    with serving(moved("/gr\u00c3\u00bc\u00c3\u009fe"), answer()) as (url, asked):
        fetch_card(url, HERE)

    assert asked[1].startswith(b"GET /gr%C3%BC%C3%9Fe HTTP/1.1")


def test_five_redirects_are_followed_and_six_are_not() -> None:
    with serving(*[moved(f"/{number}") for number in range(5)], answer()) as (url, _):
        assert fetch_card(url, HERE).url == f"{url}/4"
    with serving(*[moved(f"/{number}") for number in range(6)], answer()) as (url, asked):
        assert "from address to address without end" in refusal(url)

    assert len(asked) == 6


def test_a_redirect_in_a_circle_ends() -> None:
    with serving(moved("/")) as (url, _):
        assert "from address to address without end" in refusal(url)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "Only addresses that begin with https:// or http:// can be fetched"),
        ("example.com", "Only addresses that begin with"),
        ("ftp://example.com/", "Only addresses that begin with"),
        ("file:///etc/passwd", "Only addresses that begin with"),
        ("javascript:alert(1)", "Only addresses that begin with"),
        ("https://", "Only addresses that begin with"),
        ("https://exa mple.com/", "This is no web address"),
        ("https://example.com/\r\nHost: b", "This is no web address"),
        ("https://example.com:99999/", "This is no web address"),
        ("https://[::1/", "This is no web address"),
        (f"https://example.com/{'a' * 3000}", "This is no web address"),
        ("https://ada@example.com/", "holds a user name or password"),
        ("https://ada:secret@example.com/", "holds a user name or password"),
        ("http://example.com:25/", "Port 25 is not one of a web page"),
        ("http://example.com:0/", "Port 0 is not one of a web page"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address: str, why: str) -> None:
    never = Internet(("-c", "raise SystemExit(1)"))

    assert why in refusal(address, never)


def test_a_name_that_nobody_knows_is_said() -> None:
    said = refusal("https://nowhere.example/", internet(names={"nowhere.example": [UNKNOWN]}))

    assert said == "nowhere.example was not found: no such name is known. Check the address for a typing mistake."


def test_a_dead_address_gives_way_to_the_next() -> None:
    addresses = ["127.0.0.9", "127.0.0.1"]
    both = internet(addresses, {"two.example": [addresses]})
    with serving(answer()) as (url, _):
        assert fetch_card(f"http://two.example:{urlsplit(url).port}/", both).site_name == "The site"


def test_a_process_that_crashes_is_said() -> None:
    assert "could not be reached" in refusal("http://127.0.0.1/", Internet(("-c", "raise SystemExit(1)")))


def test_a_server_that_is_not_there_is_said() -> None:
    assert "could not be reached" in refusal(f"http://127.0.0.1:{free_port()}/")


# Servers that misbehave.


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return talk


def stay_silent(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


@pytest.mark.parametrize(
    "talk",
    [
        drip(answer("", HTML).replace(b"Length: 0", b"Length: 999"), b"<"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        stay_silent,
    ],
    ids=["body", "header", "continue", "silence"],
)
def test_a_server_that_takes_its_time_is_left(talk: Callable[[socket.socket], None]) -> None:
    with raw_server(talk) as url:  # none of these ends by itself
        said = refusal(url, HURRIED)

    assert said.startswith("127.0.0.1 did not answer in 2 seconds. Try again")


def test_redirects_do_not_wind_up_the_clock() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        time.sleep(0.8)
        connection.sendall(moved("/again"))

    with raw_server(talk) as url:
        assert "did not answer in 2 seconds" in refusal(url, HURRIED)


def test_a_name_service_that_does_not_answer_is_left() -> None:
    silent = internet(names={"slow.example": [SILENT]}, budget_s=2)

    assert "did not answer in 2 seconds" in refusal("https://slow.example/", silent)


def test_an_endless_page_is_read_so_far_and_no_further() -> None:
    sent = 0

    def talk(connection: socket.socket) -> None:
        nonlocal sent
        read_request(connection)
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n{CARD}".encode())
        while True:
            sent += connection.send(b"<p>more</p>" * 1000)

    with raw_server(talk) as url:
        assert fetch_card(url, HERE).site_name == "The site"

    assert sent < 100_000_000  # it would go on for ever; how far it got depends on the machine


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_unpacked_up_to_two_megabytes(encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    with serving(answer(pack(CARD.encode() + bytes(200_000_000)), HTML, "200 OK", f"Content-Encoding: {encoding}")) as (
        url,
        _,
    ):
        page = fetch(url, PAGES, HERE)

        assert fetch_card(url, HERE).description
    assert (len(page.content), page.cut) == (READ_MAX_BYTES, True)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "x"])
def test_packing_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with serving(answer(CARD, HTML, "200 OK", f"Content-Encoding: {encoding}")) as (url, _):
        assert "packed in a way that cannot be read here" in refusal(url)


@pytest.mark.parametrize("kind", ["", "application/json", "image/png", "text/plain", "text/html2", ";;;", "text"])
def test_what_is_no_web_page_is_refused(kind: str) -> None:
    with serving(answer(CARD, kind)) as (url, _):
        assert "leads to no web page. Check the address." in refusal(url)


@pytest.mark.parametrize(
    "status", ["400 Bad", "404 Not Found", "500 Oh", "304 Not Modified", "302 No Location", "101 Up"]
)
def test_a_page_that_is_not_given_is_said_with_its_number(status: str) -> None:
    with serving(answer(CARD, HTML, status)) as (url, _):
        assert f"127.0.0.1 answered {status[:3]}. Open the address in a browser." in refusal(url)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        answer(CARD).replace(b"Length: ", b"Length: 9"),
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        answer(b"no gzip", HTML, "200 OK", "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5, 6\r\n\r\nhello",
    ],
    ids=["nothing", "no HTTP", "cut", "headers", "gzip", "chunks", "two lengths"],
)
def test_a_broken_answer_is_said(content: bytes) -> None:
    with serving(content) as (url, _):
        assert "could not be reached, or broke off. Try again." in refusal(url)


# Secure connections.


@contextmanager
def secure(folder: Path) -> Iterator[str]:
    context = self_signed(folder)

    def talk(connection: socket.socket) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as wrapped:
            read_request(wrapped)
            wrapped.sendall(answer())

    with raw_server(talk) as url:
        yield url.replace("http://127.0.0.1", "https://localhost")


def test_a_secure_page_is_read(tmp_path: Path) -> None:
    with secure(tmp_path) as url:
        trusting = internet(certificates=tmp_path / "cert.pem")
        assert fetch_card(url, trusting).site_name == "The site"


def test_a_certificate_of_another_name_is_not_trusted(tmp_path: Path) -> None:
    with secure(tmp_path) as url:
        bank = {"bank.example": [["127.0.0.1"]]}
        trusting = internet(names=bank, certificates=tmp_path / "cert.pem")
        assert "no secure connection that can be trusted" in refusal(url.replace("localhost", "bank.example"), trusting)


def test_a_certificate_that_nobody_trusts_is_not_trusted(tmp_path: Path) -> None:
    with secure(tmp_path) as url:
        assert "no secure connection that can be trusted" in refusal(url)


def test_a_secure_connection_that_is_never_made_is_left() -> None:
    with raw_server(stay_silent) as url:
        said = refusal(url.replace("http:", "https:"), HURRIED)

    assert "did not answer in 2 seconds" in said


# The picture.


def test_a_picture_is_fetched_as_it_is() -> None:
    with serving(answer(picture(), "image/png")) as (url, asked):
        assert fetch_picture(f"{url}/a.png", HERE) == picture()

    assert b"Accept: image/*, " in asked[0]
    with serving(answer(picture(), "application/octet-stream"), answer(picture(), "")) as (url, _):
        assert [fetch_picture(f"{url}/a.png", HERE) for _ in range(2)] == [picture()] * 2


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"<svg>", HTML, "leads to no picture"),
        (b"", "image/png", "The page's picture is empty. Choose"),
        (bytes(READ_MAX_BYTES + 1), "image/png", "is larger than 2 MB. Choose a picture of your own"),
    ],
)
def test_a_picture_that_is_none_or_too_large_is_refused(content: bytes, kind: str, why: str) -> None:
    with serving(answer(content, kind)) as (url, _), pytest.raises(PageRefused, match=why):
        fetch_picture(url, HERE)


def test_a_picture_may_lie_at_public_addresses_only() -> None:
    with serving(answer(picture(), "image/png")) as (url, asked), pytest.raises(PageRefused, match="private network"):
        fetch_picture(url, OUTSIDE)

    assert asked == []
