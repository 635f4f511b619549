"""Draw the picture of README.md, book/images/circuit.png: chapter 1's circuit of two gates."""

from pathlib import Path

from nnlib import plots
from nnlib.gates import Unit

PICTURE = Path(__file__).resolve().parents[1] / "book" / "images" / "circuit.png"


def main():
    x, y, z = Unit(-2.0, name="x"), Unit(5.0, name="y"), Unit(-4.0, name="z")
    f = (x + y) * z
    f.backward()
    fig, ax = plots.figure(6.5, 2.6)
    plots.circuit(f, ax)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(plots.png(fig))


if __name__ == "__main__":
    main()
