"""Where in the phase diagram does a retrieval take place?"""

import numpy as np

from largespin.patterns.correlations import recommended_rule
from largespin.patterns.patterns import Patterns
from largespin.phases import dicke_phase, hopfield_phase
from largespin.retrieval.settings import Settings


def phase_sentence(patterns: Patterns, chosen: Settings, rule: str) -> str:
    """The phase of a run, with what the phase diagram leaves out.

    Args:
        patterns: the stored patterns.
        chosen: the settings.
        rule: "hebb" or "projection".

    Returns:
        One sentence, and a remark in brackets where the diagram does not quite apply.
    """
    numbers = chosen.numbers
    if chosen.rates is not None:
        sentence = hopfield_phase(numbers["temperature"], numbers["field"], rates=chosen.rates).sentence
    else:
        modes = np.ones(patterns.number_of_patterns)
        frequencies, losses = numbers["mode_frequency"] * modes, numbers["loss"] * modes
        sentence = dicke_phase(numbers["field"], numbers["coupling"], frequencies, losses).sentence
        if numbers["relaxation"] > 0.0:
            sentence += " (Said without relaxation.)"
    if rule == "hebb" and recommended_rule(patterns)[0] != "hebb":
        sentence += " (Said for uncorrelated patterns; these are correlated, which Hebb's rule does not undo.)"
    return sentence
