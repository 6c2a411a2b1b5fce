"""``python -m garbled`` is the ``garbled`` command."""

from garbled.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
