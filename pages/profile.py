"""Me: who you are, what you allowed and for how long, the calls of today, connected members, and the way out."""

from dashboard.ui.account import me

me.me()
