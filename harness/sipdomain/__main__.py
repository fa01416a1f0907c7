"""`python -m sipdomain` and the command `sipdomain`."""

from __future__ import annotations

from sipdomain.cli import main

if __name__ == "__main__":
    main()
