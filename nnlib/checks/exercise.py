"""What an exercise is: a reference answer, hints, and the properties that make an answer right.

A property is a function of `(f, rng)`: it draws inputs, calls the answer `f` with plain values, and
raises `Failed` where what comes back is not as it has to be. It looks at nothing else, so that the
same property serves a reader's notebook, our tests, and a class whose answers run elsewhere.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

RTOL = 1e-5  # what an answer computed in float32 can keep


class Failed(Exception):
    """A property that doesn't hold.

    `problem` says it in a sentence. `yours` and `wanted` are lines of text that set the two side by
    side. `mistake` is the mistake that the answer shows for certain; without one the reader is told
    the property's usual one. `not_attempted` marks an answer that is still the dots of the page.
    """

    def __init__(self, problem="", *, yours="", wanted="", mistake="", not_attempted=False):
        super().__init__(problem)
        self.problem, self.yours, self.wanted = problem, yours, wanted
        self.mistake, self.not_attempted = mistake, not_attempted


@dataclass(frozen=True)
class Property:
    """One thing that is asked of an answer, tried on `cases` random inputs."""

    name: str
    holds: Callable
    points: int
    cases: int
    usually: str


@dataclass
class Exercise:
    """An exercise of the course.

    `answer` is the kind of thing the function returns, one of `nnlib.checks.answers`. `errors` maps
    a piece of an error message, or of what is said about an answer of the wrong kind, to the
    mistake behind it in this exercise. `seconds` is the time for all calls of one check together.
    `parts` are functions that the page asks for beside this one, which calls them.
    """

    number: str
    title: str
    reference: Callable
    answer: Callable
    hints: tuple[str, ...]
    errors: dict[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    parts: tuple[Callable, ...] = ()
    properties: list[Property] = field(default_factory=list)

    @property
    def points(self):
        return sum(p.points for p in self.properties)

    @property
    def chapter(self):
        return int(self.number.split(".")[0])

    @property
    def name(self):
        """The name that the page gives to the function."""
        return self.reference.__name__

    @property
    def call(self):
        """How the function is called: `divide_backward(x, y, grad)`."""
        return f"{self.name}({', '.join(inspect.signature(self.reference).parameters)})"

    @property
    def source(self):
        """The reference answer as text, its parts first."""
        functions = *self.parts, self.reference
        return "\n\n\n".join(inspect.getsource(f).rstrip() for f in functions)

    def asks(self, name, *, points, usually, cases=3):
        """Decorate a function of `(f, rng)`: a property of this exercise, worth `points`."""

        def register(holds):
            self.properties.append(Property(name, holds, points, cases, usually))
            return holds

        return register


def inputs_for(seed, exercise, prop, case):
    """The generator from which a property draws its inputs: the same on every machine."""
    words = f"{exercise.number} {prop.name}".encode()
    return np.random.default_rng([seed, *words, case])


def same(name, yours, wanted, *, mistakes=(), atol=0.0):
    """Raise Failed unless `yours` is `wanted`, number or array, to a relative 1e-5.

    `mistakes` are pairs `(value, sentence)`: what comes out if a certain mistake is made. Where the
    answer is one of these values, the sentence is told. An array is measured by its largest entry;
    `name` may be a tuple, with a name for each entry. A `Failed` in the place of `yours` is raised:
    a part that is of the wrong kind.
    """
    if isinstance(yours, Failed):
        raise yours
    if close(yours, wanted, atol):
        return
    mistake = next((why for value, why in mistakes if close(yours, value, atol)), "")
    difference = np.abs(np.subtract(yours, wanted))
    index = np.unravel_index(difference.argmax(), difference.shape)
    if isinstance(name, tuple):
        place = name[index[0]]
    else:
        place = f"{name}[{', '.join(map(str, index))}]" if index else name
    one, other = _told_apart(np.asarray(yours)[index], np.asarray(wanted)[index])
    raise Failed(
        f"{place} is not what it has to be.",
        yours=f"{place} = {one}",
        wanted=f"{place} = {other}",
        mistake=mistake,
    )


def close(a, b, atol=0.0):
    """Whether two numbers, or two arrays of one shape, are the same for our purposes."""
    if np.shape(a) != np.shape(b):
        return False
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    size = np.abs(b).max(initial=0.0)
    return bool((np.abs(a - b) <= max(RTOL * size, atol)).all())


def distinct(rng, size):
    """Draw `size` numbers of different magnitudes, 0.5 to 3, two decimals, either sign.

    Their squares and products differ from one another, too, so that no mistake hides behind a
    coincidence such as 2 * 2 = 2 + 2.
    """
    hundredths = np.setdiff1d(np.arange(50, 301), [100, 200])
    signs = rng.choice([-1.0, 1.0], size)
    return rng.choice(hundredths, size, replace=False) / 100 * signs


def _told_apart(a, b):
    """Two numbers as text, with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        one, other = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if one != other:
            break
    return one, other
