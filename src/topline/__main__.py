"""``python -m topline`` is ``topline``."""

from topline.cli import main

if __name__ == "__main__":
    main()
