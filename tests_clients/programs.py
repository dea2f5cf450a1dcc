"""The programs that are run: where each comes from, and what it must give."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
INSTALLED = ROOT / ".clients"
MODULES = INSTALLED / "node" / "node_modules"
SHARE = "urn:li:share:*"
SIGN_IN_AND_SHARE = "email,openid,profile,w_member_social"


@dataclass(frozen=True)
class Program:
    """One program: where it comes from, what its operations give, what the sandbox then holds and has refused."""

    name: str
    registry: str
    script: str
    outcomes: dict[str, Any]  # a text may be a pattern
    posts: list[str] = field(default_factory=list)  # kind, number of files and text of each, newest first
    comments: list[str] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)  # how often each status, as LinkedIn refuses it

    def command(self) -> list[str]:
        """What runs it. A Node program finds its packages from the folder in which it lies."""
        if self.script.endswith(".py"):
            return [str(INSTALLED / "python" / "bin" / "python"), str(HERE / "python" / self.script)]
        programs = INSTALLED / "node" / "programs"
        shutil.copytree(HERE / "node", programs, dirs_exist_ok=True)
        return ["node", "--require", str(programs / "shared.cjs"), str(programs / self.script)]

    def version(self) -> str:
        """The version that is installed."""
        if self.registry == "npm":
            return str(json.loads((MODULES / self.name / "package.json").read_text())["version"])
        if self.registry == "PyPI":
            folders = [str(each) for each in INSTALLED.glob("python/lib/python*/site-packages")]
            return next(iter(importlib.metadata.distributions(name=self.name, path=folders))).version
        return ""  # this machine's own


EVERY_CALL = {
    "sign in": "email,openid,profile,r_member_social,r_member_social_feed,"
    "rw_organization_admin,w_member_social,w_member_social_feed",
    "introspect": "active",
    "refresh": 5184000,
    "two-legged token": "1800",
    "userinfo": "Ada Example",
    "v2 post": SHARE,
    "post": SHARE,
    "edit": 204,
    "read": "Changed",
    "batch get": 2,
    "tunnelled batch get": 1,
    "finder": 2,
    "comment": 201,
    "comments": ["First"],
    "register an image": "urn:li:image:*",
    "company pages": 2,
    "delete": 204,
}
PROGRAMS = [
    Program("linkedin-api-client", "PyPI", "run_linkedin_api_client.py", EVERY_CALL, ["text: Changed"], ["First"]),
    Program("linkedin-api-client", "npm", "run_linkedin_api_client.cjs", EVERY_CALL, ["text: Changed"], ["First"]),
    Program(
        "social-auth-core",
        "PyPI",
        "run_social_auth_core.py",
        {
            "sign in with OpenID Connect": "Ada Example, ada@example.com",
            "sign in by /v2/me": "Ada Example, 782bbtaQ",
        },
    ),
    Program(
        "Authlib",
        "PyPI",
        "run_authlib.py",
        {
            "discovery": ["openid", "profile", "email"],
            "sign in": SIGN_IN_AND_SHARE,
            "id_token": "Ada Example",
            "userinfo": "ada@example.com",
            "post": SHARE,
        },
        ["text: From Authlib"],
    ),
    Program(
        "requests-oauthlib",
        "PyPI",
        "run_requests_oauthlib.py",
        {"sign in": [SIGN_IN_AND_SHARE], "userinfo": "Ada Example", "post": SHARE},
        ["text: From requests-oauthlib"],
    ),
    Program(
        "passport-linkedin-oauth2",
        "npm",
        "run_passport_linkedin_oauth2.cjs",
        {"sign in by /v2/me": "Ada Example, 782bbtaQ", "pictures": 1},
    ),
    Program(
        "openid-client",
        "npm",
        "run_openid_client.mjs",
        {
            "discovery": ["openid", "profile", "email"],
            "sign in": SIGN_IN_AND_SHARE,
            "id_token": "Ada Example",
            "userinfo": "ada@example.com",
            "post": SHARE,
        },
        ["text: From openid-client"],
    ),
    Program(
        "@auth/core",
        "npm",
        "run_auth_core.mjs",
        {"sign in": "http://localhost:3000", "session": "Ada Example, ada@example.com"},
    ),
    Program(
        "n8n-nodes-base",
        "npm",
        "run_n8n.cjs",
        {
            "person": "Ada Example",
            "text": SHARE,
            "article": SHARE,
            "image": SHARE,
            "person by /v2/me": "Ada Example",
            "company page": SHARE,
        },
        ["text: From the page", "image1: Look", "article: Read this", "text: From n8n (whole)"],
    ),
    Program(
        "linkedin-posts",
        "PyPI",
        "run_linkedin_posts.py",
        {
            "token": "yes",
            "post": 201,
            "upload an image": 201,
            "post with the image": 201,
            "upload as a company page": 201,
            "read that image": "AVAILABLE",
            "post as a company page": 201,
            "comment": 201,
            "poll": 426,
            "delete": 204,
        },
        ["text: Hello", "text: From linkedin-posts"],
        ["First"],
        refused={426: 1},
    ),
    Program(
        "octopus-linkedin",
        "PyPI",
        "run_octopus_linkedin.py",
        {
            "sign in": SIGN_IN_AND_SHARE,
            "profile": "Ada Example",
            "post": SHARE,
            "link": "PUBLISHED",
            "images": "PUBLISHED",
            "comment": "First",
            "comments": "LinkedIn API 403 *socialActions.GET_ALL.NO_VERSION*",
            "figures": "LinkedIn API 403 *socialActions.GET.NO_VERSION*",
            "delete": "DELETED",
        },
        ["image2: Two", "text: From octopus-linkedin (whole) #octopus"],
        ["First"],
        refused={403: 2},
    ),
    Program(
        "mdsend",
        "PyPI",
        "run_mdsend.py",
        {"text": SHARE, "link": SHARE, "picture": SHARE},
        ["image1: With a picture", "article: Read this", "text: From mdsend (whole)"],
    ),
    Program(
        "zernio-sdk",
        "PyPI",
        "run_zernio_sdk.py",
        {
            "key": True,
            "plan": 0,
            "profiles": ["Default"],
            "profile": "Second",
            "connect": "linkedin",
            "accounts": ["Ada Example"],
            "health": "healthy",
            "pages": ["Analytical Engines", "Bridge & Sons"],
            "mention": "@[[]Bridge & Sons](urn:li:organization:5515715)",
            "post as a page": "organization",
            "upload": 200,
            "checks": [True, True, True, False],
            "draft": "draft",
            "draft again": "the same",
            "publish": SHARE,
            "read": "published",
            "list": ["published"],
            "edit": True,
            "post now": SHARE,
            "picture": SHARE,
            "poll": SHARE,
            "scheduled": "scheduled",
            "change": "scheduled",
            "approve": "scheduled",
            "unpublish": True,
            "delete": "Post deleted successfully",
            "retry": "[[]400] Only failed posts can be retried*",
            "same content": "[[]409] This exact content*",
            "figures": "[[]402] Analytics add-on required*",
            "wrong key": "[[]401] Unauthorized",
            "disconnect": "Account disconnected successfully",
        },
        ["poll: Tea?", "image1: With a picture", "text: Edited through Zernio"],
        refused={400: 1, 401: 1, 402: 1, 409: 1},
    ),
    Program(
        "curl",
        "Debian",
        "run_curl.py",
        {
            "register": "urn:li:digitalmediaAsset:*",
            "--upload-file": "201",
            "post": SHARE,
            "--upload-file to /rest/images": "201",
        },
        ["image1: From curl"],
    ),
]
