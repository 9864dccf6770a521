#!/usr/bin/env python3
"""Start Feehouse: ``python3 run.py``; ``python3 run.py help`` lists what else it does.

Standard library only: the first call makes the program's own environment, later calls go on inside it at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from app.foundation import commands, environment


def main(arguments: list[str]) -> int:
    """Run the command named first among ``arguments`` (default: serve) and return the exit status."""
    try:
        command, rest = commands.chosen(arguments)
        if command is None:
            print(commands.help_text())
            return 0
        environment.enter(arguments)
        return command.run(rest)
    except (commands.UsageError, environment.EnvironmentFailed) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
