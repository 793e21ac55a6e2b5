"""The cases are run by `test_cases.py`, not collected."""

collect_ignore_glob = ["results/*"]
