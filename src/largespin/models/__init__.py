"""Ready models; each file states its equation, its parameters and where it fails.

The names in `__init__.pyi` are the registry: `ready_models` in `registry` lists them for the command line and for studies.
"""

import lazy_loader

# The command line shows the names in its help without loading SymPy, so nothing is loaded before it is used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
