"""Layers wired into a whole that learns (chapter 4)."""

from nnlib.network.network import Network

__all__ = ["Network"]
