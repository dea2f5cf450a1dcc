"""Which of LinkedIn's products may be on one app together."""

from __future__ import annotations

import streamlit as st

from dashboard.ui.common import text
from linkedin_api.reference import products

SHORT = {
    products.SIGN_IN: "Sign In with LinkedIn",
    products.SHARE: products.SHARE,
    products.COMMUNITY: products.COMMUNITY,
    products.ADVERTISING: products.ADVERTISING,
}
GIVES = {
    products.SIGN_IN: "At once: who the member is.",
    products.SHARE: "At once: posts as the member; comments and reactions, too, by live reports, through the v2 API.",
    products.COMMUNITY: (
        "After a review: posts, comments and reactions as the member and as company pages, comments of others on the "
        "pages' posts, and figures. Reports differ on whether its development tier may post."
    ),
    products.ADVERTISING: (
        "After a review: posts as the member and as company pages. It has no scope of its own for comments."
    ),
}


def table() -> None:
    """Draw the matrix, and what each product is for."""
    st.header("Which products may be on one app", anchor=False)
    head = "| On one app with | " + " | ".join(SHORT.values()) + " |\n|---|" + "---|" * len(SHORT) + "\n"
    st.markdown(head + "\n".join(_row(each) for each in products.PRODUCTS))
    st.caption(
        f"The ordinary app has “{products.SIGN_IN}” and “{products.SHARE}”. “{products.COMMUNITY}” must be the only "
        f"product of its app, as the developer portal says. Such an app has no OpenID Connect, and "
        f"{text.plain(products.TWO_APPS)}."
    )
    st.markdown("\n".join(f"- **{SHORT[each]}** – {text.plain(GIVES[each])}" for each in products.PRODUCTS))


def _row(product: str) -> str:
    cells = ("–" if other == product else _cell(product, other) for other in products.PRODUCTS)
    return f"| **{SHORT[product]}** | " + " | ".join(cells) + " |"


def _cell(one: str, other: str) -> str:
    if products.may_share_an_app(one, other):
        return ":green[:material/check: together]"
    return ":red[:material/close: two apps]"
