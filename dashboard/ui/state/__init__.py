"""What a browser tab remembers: who is signed in, and the draft being written."""
