"""The tour through LinkedIn's API: its steps as data, and what runs them."""
