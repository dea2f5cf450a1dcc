"""Settings: what they mean together, and one sentence for each wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.config.settings import ROOT, SettingsError, load


def test_without_credentials_everything_stays_on_this_machine() -> None:
    found = load({}, None)

    assert found.built_in_sandbox
    assert found.sandbox
    assert found.redirect_uri == "http://localhost:8501/auth/linkedin/callback"
    assert (found.version, found.dialect) == ("202609", "v2")


def test_with_credentials_it_talks_to_linkedin() -> None:
    found = load({"LINKEDIN_CLIENT_ID": "86abc", "LINKEDIN_CLIENT_SECRET": "s3cret"}, None)

    assert not found.sandbox
    assert (found.auth_url, found.api_url) == ("https://www.linkedin.com", "https://api.linkedin.com")


def test_the_guides_names_are_accepted() -> None:
    given = {"CLIENT_ID": "86abc", "CLIENT_SECRET": "s3cret", "URI": "http://localhost:3000/cb", "ACCESS_TOKEN": "AQX"}

    found = load(given, None)

    assert (found.client_id, found.client_secret, found.access_token) == ("86abc", "s3cret", "AQX")
    assert found.redirect_uri == "http://localhost:3000/cb"


def test_our_names_win_over_the_guides() -> None:
    given = {"CLIENT_ID": "old", "LINKEDIN_CLIENT_ID": "new", "LINKEDIN_CLIENT_SECRET": "s3cret"}

    assert load(given, None).client_id == "new"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LINKEDIN_DIALECT=rest\nLINKEDIN_VERSION=202605\n")

    found = load({"LINKEDIN_VERSION": "202601"}, file)

    assert (found.dialect, found.version) == ("rest", "202601")


def test_another_linkedin_needs_no_credentials() -> None:
    found = load({"LINKEDIN_AUTH_URL": "http://127.0.0.1:9200", "LINKEDIN_API_URL": "http://127.0.0.1:9200/"}, None)

    assert not found.built_in_sandbox
    assert found.sandbox
    assert found.api_url == "http://127.0.0.1:9200"
    assert found.client_id


def test_scopes_come_with_spaces_or_commas() -> None:
    assert load({"LINKEDIN_SCOPES": "openid,profile  email"}, None).scopes == ("openid", "profile", "email")
    assert load({"LINKEDIN_SCOPES": ",openid,"}, None).scopes == ("openid",)


def test_the_example_file_is_the_default() -> None:
    assert load({}, ROOT / ".env.example") == load({"LINKEDIN_REDIRECT_URI": load({}, None).redirect_uri}, None)


@pytest.mark.parametrize(
    ("variable", "value", "example"),
    [
        ("LINKEDIN_VERSION", "2026-09", "202609"),
        ("LINKEDIN_VERSION", "202613", "202609"),
        ("LINKEDIN_DIALECT", "v3", "v2"),
        ("LINKEDIN_REDIRECT_URI", "localhost:8501/callback", "http://localhost:8501/auth/linkedin/callback"),
        ("LINKEDIN_REDIRECT_URI", "http://localhost:8501/#x", "http://localhost:8501/auth/linkedin/callback"),
        ("LINKEDIN_AUTH_URL", "ftp://x", "https://www.linkedin.com"),
        ("LINKEDIN_API_URL", "http://api.linkedin.com", "https://api.linkedin.com"),
        ("LINKEDIN_API_URL", "http://localhost:99999", "https://api.linkedin.com"),
        ("LINKEDIN_SCOPES", ",", "openid profile email w_member_social"),
        ("LINKEDIN_SCOPES", " , ,", "openid profile email w_member_social"),
        ("DATABASE_URL", "mysql://x", "sqlite:///data/dashboard.db"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///data/dashboard.db"),
        ("SECRET_KEY", "short", "a-long-random-text-of-your-own-…"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(variable: str, value: str, example: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({variable: value}, None)

    assert str(caught.value).startswith(f"{variable} ")
    assert str(caught.value).endswith(f"Example: {variable}={example}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET"), ("LINKEDIN_CLIENT_SECRET", "LINKEDIN_CLIENT_ID")],
)
def test_half_the_credentials_are_refused(given: str, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing} is missing"):
        load({given: "x"}, None)


@pytest.mark.parametrize(
    ("given", "missing"),
    [("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"), ("LINKEDIN_API_URL", "LINKEDIN_AUTH_URL")],
)
@pytest.mark.parametrize("more", [{}, {"LINKEDIN_ACCESS_TOKEN": "AQX"}])
def test_one_host_of_another_linkedin_is_refused(given: str, missing: str, more: dict[str, str]) -> None:
    with pytest.raises(
        SettingsError, match=f"^{missing} is missing.*{given}.*Example: {missing}=http://127.0.0.1:9200"
    ):
        load({given: "http://127.0.0.1:9200"} | more, None)


@pytest.mark.parametrize("given", ["LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"])
def test_with_credentials_one_host_alone_is_fine(given: str) -> None:
    credentials = {"LINKEDIN_CLIENT_ID": "86abc", "LINKEDIN_CLIENT_SECRET": "s3cret"}

    found = load(credentials | {given: "https://proxy.example"}, None)

    assert {found.auth_url, found.api_url} & {"https://www.linkedin.com", "https://api.linkedin.com"}
    assert "https://proxy.example" in (found.auth_url, found.api_url)


@pytest.mark.parametrize("inside", [" ", "\n", "\t", "\x00", "\x7f", "\u00a0", "\u200b"])
@pytest.mark.parametrize("variable", ["LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_ACCESS_TOKEN"])
def test_a_secret_in_two_pieces_is_refused_and_never_repeated(variable: str, inside: str) -> None:
    given = {"LINKEDIN_CLIENT_ID": "86abc", "LINKEDIN_CLIENT_SECRET": "s3cret"}
    with pytest.raises(SettingsError) as caught:
        load(given | {variable: f"AQXfirst{inside}second"}, None)

    assert str(caught.value).startswith(f"{variable} has a space")
    assert "first" not in repr(caught.value)
    assert "second" not in repr(caught.value)


@pytest.mark.parametrize("user", ["ada:hunter2@", "ada@", "@"])
@pytest.mark.parametrize("variable", ["LINKEDIN_AUTH_URL", "LINKEDIN_API_URL", "LINKEDIN_REDIRECT_URI"])
def test_an_address_with_a_password_is_refused_and_never_repeated(variable: str, user: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} must not hold a user name or password") as caught:
        load({variable: f"https://{user}www.example.com/cb"}, None)

    assert "hunter2" not in str(caught.value)


def test_secrets_do_not_show_in_repr() -> None:
    given = {
        "LINKEDIN_CLIENT_ID": "86abc",
        "LINKEDIN_CLIENT_SECRET": "s3cret-one",
        "LINKEDIN_ACCESS_TOKEN": "AQX-token",
        "SECRET_KEY": "k" * 40,
    }

    shown = repr(load(given, None))

    assert not any(secret in shown for secret in ("s3cret-one", "AQX-token", "kkkk"))
