"""Ctrl-C during training: a wish to stop after the step that is being taken (chapter 7)."""

import signal
import threading


class Interruption:
    """A `with` block in which the first Ctrl-C sets `requested` and breaks nothing off.

    So a step is taken whole or not at all, and the training can go on later as if it had never
    been stopped. A second Ctrl-C is `insisted`, and raises KeyboardInterrupt at once, wherever the
    step is. Outside of the main thread, where Python delivers no signals, and where Ctrl-C is
    ignored, the block changes nothing.
    """

    requested = insisted = False
    handler = None

    def __enter__(self):
        main = threading.current_thread() is threading.main_thread()
        if main and callable(signal.getsignal(signal.SIGINT)):
            self.handler = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error):
        if self.handler is not None:
            signal.signal(signal.SIGINT, self.handler)

    def _note(self, number, frame):
        if self.requested:
            self.insisted = True
            raise KeyboardInterrupt
        self.requested = True
