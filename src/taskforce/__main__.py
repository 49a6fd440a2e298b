"""`python -m taskforce` and the command `taskforce`."""

from taskforce.cli.main import main

if __name__ == "__main__":
    main()
