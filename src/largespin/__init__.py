"""Collective open quantum systems for many particles: one model definition, every level of description.

Start with a ready model (`models`) or define one (`Model`), then `equations`, `evolve`, `stationary_states`. Everything
is loaded when first used, so importing the library is quick.
"""

import lazy_loader

# Names and their homes stand in `__init__.pyi`, once, for type checkers and for this.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
