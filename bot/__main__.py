"""`python -m bot` is `talentbot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
