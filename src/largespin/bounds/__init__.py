"""How exact mean field is: errors at finite N measured, predicted by the fluctuations, and bounded by theorems."""

from largespin.bounds.calls.dicke_bound import dicke_bound
from largespin.bounds.calls.mean_field_error import mean_field_error
from largespin.bounds.calls.rate_bound import rate_bound
from largespin.bounds.calls.reduced_state_error import reduced_state_error
from largespin.bounds.rigorous import RigorousBound

__all__ = ["RigorousBound", "dicke_bound", "mean_field_error", "rate_bound", "reduced_state_error"]
