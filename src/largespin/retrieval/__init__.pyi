from .result import Retrieval as Retrieval
from .settings import Settings as Settings
from .verdict import Verdict as Verdict
