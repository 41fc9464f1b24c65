"""`ghapp …`: the command."""

import sys

from ghapp.cli import commands, output


def main() -> int:
    """Run one command; its exit code."""
    return output.written(lambda: commands.run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
