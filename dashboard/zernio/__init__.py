"""The second way out: posts of accounts that a Zernio key may publish for."""
