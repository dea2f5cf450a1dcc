"""The composer in a browser: writing, and the files of a post."""
