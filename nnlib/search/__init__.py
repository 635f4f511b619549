"""The search for hyperparameters, on one core or many (chapter 6)."""

from nnlib.search.distributions import Choice, Distribution, IntUniform, LogUniform, Uniform
from nnlib.search.searches import BayesianSearch, GridSearch, RandomSearch, Search
from nnlib.search.trials import Results, Trial

__all__ = [
    "BayesianSearch",
    "Choice",
    "Distribution",
    "GridSearch",
    "IntUniform",
    "LogUniform",
    "RandomSearch",
    "Results",
    "Search",
    "Trial",
    "Uniform",
]
