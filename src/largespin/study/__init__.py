"""Studies: a model, parameters, a sweep and what to compute, in one file that is data and never code.

`definition`   the file read and checked
`work`         what it asks for: model, options, points
`run`          computed, stored, resumed
`expressions`  formulas, without evaluating anything as code
`computations` what can be computed
"""

from largespin.study.definition import Study, read_study
from largespin.study.problems import StudyError
from largespin.study.run import Finished, plan_study, run_study

__all__ = ["Finished", "Study", "StudyError", "plan_study", "read_study", "run_study"]
