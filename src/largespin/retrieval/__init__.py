"""Does a damaged pattern come back? The whole workflow in one call, `retrieve`.

`defaults`    the numbers that are used where none are given, and which of them belong to which model
`settings`    the numbers of one run, checked
`workflow`    the call: damage a pattern, follow it, judge the end
`phase`       where in the phase diagram it took place
`record`      how it is written down
`verdict`     what became of the pattern, in one sentence
`result`      what the call returns
"""

import lazy_loader

# The command line shows the defaults in its help without loading numpy, so nothing is loaded before it is used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
