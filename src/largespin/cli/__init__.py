"""The command line: `largespin retrieve`, `largespin reproduce`, `largespin equations`, `largespin run`.

`app`        the commands together, `main`
`failures`   errors and warnings as one line each
`console`    what is printed, on terminals and in files
`retrieve`, `reproduce`, `equations`, `run`   one command each
`files`      what `retrieve` writes
`folder`     where it is written

Only typer and rich are loaded for `--help`; a command loads what it needs when it runs.
"""

from largespin.cli.app import main

__all__ = ["main"]
