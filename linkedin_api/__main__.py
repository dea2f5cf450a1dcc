"""python -m linkedin_api: sign in, publish, upload, comment, delete."""

from __future__ import annotations

import sys

from linkedin_api.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
