"""The library side by side with its peers: `make bench`. No test looks at a time.

`workloads` says what is raced, `contenders/` how each one does it, `race` how it is timed, and
`report` writes the tables. The peers live in an environment of their own, `benchmarks/.venv`.
"""
