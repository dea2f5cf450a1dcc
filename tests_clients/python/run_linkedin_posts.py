"""linkedin-posts: everything that it exports, with an application that has the Community Management API."""

from __future__ import annotations

import requests
from sandbox_hosts import BASE, CALLBACK, COMMUNITY, PATIENCE_S, PICTURE, SECRET, Outcomes, code_in, consent

from linkedin_posts import comments, images, polls, posts, tokens  # isort: skip

SCOPES = "r_basicprofile w_member_social w_member_social_feed r_organization_social w_organization_social"
PAGE = 2414183
NOW = {"li_version": "202609"}
asked = {"response_type": "code", "client_id": COMMUNITY, "redirect_uri": CALLBACK, "scope": SCOPES}
outcomes = Outcomes()

url = requests.Request("GET", f"{BASE}/oauth/v2/authorization", params=asked).prepare().url
token = tokens.regenerate_access_token(COMMUNITY, SECRET, CALLBACK, code_in(consent(url or "")))
outcomes.add("token", "yes" if token else "no")
me = requests.get(f"{BASE}/v2/me", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S).json()["id"]
made = posts.share_post(token, "From linkedin-posts", "person", me, **NOW)
urn = made.headers["x-restli-id"]
outcomes.add("post", made.status_code)
uploaded, image = images.upload_image(token, "person", me, PICTURE, **NOW)
outcomes.add("upload an image", uploaded.status_code)
shown = posts.share_post_with_media(token, "With a picture", "person", me, image, "Picture", **NOW)
outcomes.add("post with the image", shown.status_code)
stored, logo = images.upload_image(token, "organization", PAGE, PICTURE.read_bytes(), **NOW)
outcomes.add("upload as a company page", stored.status_code)
outcomes.add("read that image", images.get_image(token, logo, **NOW)[1]["status"])
outcomes.add("post as a company page", posts.share_post(token, "Hello", "organization", PAGE, **NOW).status_code)
commented = comments.comment_in_a_post(token, urn, "First", "person", me, **NOW)
outcomes.add("comment", commented.status_code)
choices = {"question": "Which?", "options": ["This", "That"]}
# It asks for the version that it was written for, 202311, and takes no other; LinkedIn answers so as well.
outcomes.add("poll", polls.share_poll(token, "A poll", "person", me, **choices).status_code)
outcomes.add("delete", posts.delete_post(token, shown.headers["x-restli-id"], **NOW).status_code)
outcomes.print()
