"""`python -m largespin --help`, what one types where the script `largespin` is not on the PATH.

It must do what the command `largespin` does.
"""

import subprocess
import sys


def check() -> tuple[bool, str]:
    done = subprocess.run([sys.executable, "-m", "largespin", "--help"], capture_output=True, text=True)
    last = (done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or [""])[-1]
    return done.returncode == 0 and "retrieve" in done.stdout, f"exit code {done.returncode}, {last!r}"


WANT = "exit code 0 and the help"
