"""mdsend: its command line, with a text, a link and a picture."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import requests
from sandbox_hosts import BASE, PATIENCE_S, PICTURE, SELF_SERVE, SIGN_IN_AND_SHARE, Outcomes, token_for

from mdsend.cli import main  # isort: skip

POSTS = {"text": "From mdsend (whole)", "link": "Read this https://example.com/a", "picture": "With a picture"}
outcomes = Outcomes()

token = token_for(SELF_SERVE, SIGN_IN_AND_SHARE)
me = requests.get(f"{BASE}/v2/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S).json()
os.environ |= {"MSEND_LINKEDIN_ACCESS_TOKEN": token, "MSEND_LINKEDIN_PERSON_URN": f"urn:li:person:{me['sub']}"}
os.chdir(tempfile.mkdtemp())
for name, text in POSTS.items():
    folder = Path("posts", name)
    folder.mkdir(parents=True)
    (folder / "post.md").write_text(text)
shutil.copy(PICTURE, "posts/picture/picture.png")
sys.argv = ["mdsend", "--platforms", "linkedin", "--publish"]
with contextlib.redirect_stdout(sys.stderr):
    main()
for name in POSTS:
    outcomes.add(name, json.loads(Path("posts/.published", name, "linkedin").read_text())["post_id"])
outcomes.print()
