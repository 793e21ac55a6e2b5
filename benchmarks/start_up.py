"""How long a user waits before anything happens: importing the library, and the command's help."""

import subprocess
import sys
from pathlib import Path

from measure import in_turn, ratio


def main() -> None:
    python = sys.executable
    command = Path(python).with_name("largespin")
    seconds = in_turn(
        7,
        bare=lambda: subprocess.run([python, "-c", "pass"], check=True),
        package=lambda: subprocess.run([python, "-c", "import largespin"], check=True),
        help=lambda: subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL),
    )
    loading = seconds["package"] - seconds["bare"]
    print(
        f"import largespin {loading:.3f} s (interpreter alone {seconds['bare']:.3f} s), --help {seconds['help']:.3f} s"
    )
    ratio("import", 0.5 / seconds["package"], "0.5 s allowed, interpreter included")
    ratio("help", 1.0 / seconds["help"], "1 s allowed, interpreter included")


if __name__ == "__main__":
    main()
